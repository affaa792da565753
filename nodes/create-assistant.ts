import type { Node, NodeAPI, NodeDef, NodeMessage, NodeMessageInFlow } from "node-red";
import type { Parameters } from "../src/contract/api.ts";
import type { Assistant } from "../src/contract/objects.ts";
import { requireNode } from "../src/runtime-version.ts";
import { createApiNode, onEachMessage, type Work } from "./shared/api-node.ts";
import { chosenTools, readResources, type ToolFields } from "./shared/assistant-tools.ts";
import { Ensured } from "./shared/ensured.ts";
import { type AssistantDefinition, ensuredAssistants } from "./shared/ensured-assistant.ts";
import { requireId } from "./shared/fields.ts";
import { renderTemplate } from "./shared/template.ts";
import { text } from "./shared/texts.ts";

interface CreateAssistantDefinition extends NodeDef, ToolFields {
  config: string;
  operation: "ensure" | "create" | "retrieve" | "modify" | "delete" | "list";
  assistantName: string;
  model: string;
  instructions: string;
  /** What becomes of the tools of an assistant that is modified. Not there in flows that are older than it. */
  modifyTools?: "keep" | "replace";
  assistant: string;
  assistantType: string;
  /** How many a list has at most. */
  limit: number | string;
}

/** What the form says of an assistant that is there; what it leaves empty is not changed. */
function chosenFields(
  { name, model, instructions, tools = [], tool_resources }: AssistantDefinition,
  replacesTools: boolean,
): Omit<Parameters<"updateAssistant">, "assistant_id"> {
  return {
    ...(name === null ? {} : { name }),
    ...(model === "" ? {} : { model }),
    ...(instructions === null ? {} : { instructions }),
    ...(replacesTools || tools.length > 0 ? { tools } : {}),
    ...(tool_resources && storeIn(tool_resources) !== "" ? { tool_resources } : {}),
  };
}

/** The vector store that is searched; empty where there is none. */
const storeIn = (resources: AssistantDefinition["tool_resources"]) =>
  resources?.file_search?.vector_store_ids?.[0] ?? "";

/**
 * Sees to it that this node's assistant exists as the editor shows it; or makes, finds, changes, lists or deletes
 * assistants.
 */
export default function register(RED: NodeAPI): void {
  requireNode();
  RED.nodes.registerType(
    "assistants-create-assistant",
    function (this: Node, definition: CreateAssistantDefinition) {
      RED.nodes.createNode(this, definition);
      const apiNode = createApiNode(RED, this, definition.config);
      const options = { signal: apiNode.closed };
      const assistant = { value: definition.assistant, type: definition.assistantType };
      let ensured: Ensured<AssistantDefinition, Assistant> | null = null;

      const keepsTools = definition.operation === "modify" && definition.modifyTools === "keep";
      /** The vector store that messages have brought until now. */
      let broughtStore = "";

      /**
       * The definition as it stands now.
       * @param texts what the form's texts may use
       */
      const define = async (msg: NodeMessage, texts = msg): Promise<AssistantDefinition> => {
        const render = (template: string) => renderTemplate(RED, this, template, texts);
        const name = await render(definition.assistantName);
        const instructions = await render(definition.instructions);
        const words = {
          name: name === "" ? null : name,
          model: await render(definition.model),
          instructions: instructions === "" ? null : instructions,
        };
        if (keepsTools) return words;
        const tools = chosenTools(RED, this, definition);
        const tool_resources = await readResources(RED, this, definition, msg, texts);
        // Nothing is said where files are not searched: what stood before that could be chosen keeps its hash.
        return { ...words, tools, ...(tool_resources ? { tool_resources } : {}) };
      };

      /** Of two messages with a store each, the one's question may be answered from the other's files. */
      const warnOfOtherStore = (store: string) => {
        if (broughtStore !== "" && store !== broughtStore) {
          this.warn(text(RED, "warning.store_changed", { before: broughtStore, now: store }));
        }
        broughtStore = store;
      };

      const idOf = (msg: NodeMessageInFlow) => requireId(RED, this, assistant, msg, "assistant_missing");

      const operations: Record<CreateAssistantDefinition["operation"], Work> = {
        ensure: async (api, msg) => {
          const { environment } = apiNode.connection;
          ensured ??= new Ensured(ensuredAssistants, { nodeId: this.id, environment });
          // Its texts know no message: the assistant is every message's.
          const defined = await define(msg, {});
          msg["assistant"] = await ensured.ensure(api, defined, options);
          if (definition.vectorStoreType === "msg") warnOfOtherStore(storeIn(defined.tool_resources));
        },
        create: async (api, msg) => {
          msg["assistant"] = await api.createAssistant(await define(msg), options);
        },
        modify: async (api, msg) => {
          const assistant_id = await idOf(msg);
          const fields = chosenFields(await define(msg), definition.modifyTools === "replace");
          if (fields.tool_resources) {
            // What its other tools may use stays.
            const { tool_resources } = await api.getAssistant({ assistant_id }, options);
            fields.tool_resources = { ...tool_resources, ...fields.tool_resources };
          }
          msg["assistant"] = await api.updateAssistant({ ...fields, assistant_id }, options);
        },
        retrieve: async (api, msg) => {
          msg["assistant"] = await api.getAssistant({ assistant_id: await idOf(msg) }, options);
        },
        list: async (api, msg) => {
          msg.payload = (await api.listAssistants({ limit: Number(definition.limit) }, options)).data;
        },
        delete: async (api, msg) => {
          msg["assistant"] = await api.deleteAssistant({ assistant_id: await idOf(msg) }, options);
        },
      };
      onEachMessage(apiNode, operations[definition.operation]);
    },
  );
}

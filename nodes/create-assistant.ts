import type { Node, NodeAPI, NodeDef, NodeMessage, NodeMessageInFlow } from "node-red";
import type { Tool } from "../src/contract/objects.ts";
import { requireNode } from "../src/runtime-version.ts";
import { createApiNode, onEachMessage, type Work } from "./shared/api-node.ts";
import { type AssistantDefinition, EnsuredAssistant } from "./shared/ensured-assistant.ts";
import { requireId } from "./shared/fields.ts";
import { chosenFunctions } from "./shared/function-node.ts";
import { renderTemplate } from "./shared/template.ts";

interface CreateAssistantDefinition extends NodeDef {
  config: string;
  operation: "ensure" | "create" | "retrieve" | "modify" | "delete" | "list";
  assistantName: string;
  model: string;
  instructions: string;
  functions: string[] | string;
  /** Not there in flows that are older than it. */
  codeInterpreter?: boolean;
  assistant: string;
  assistantType: string;
  /** How many a list has at most. */
  limit: number | string;
}

/** What the form says; what it leaves empty is not changed. */
function chosenFields({ name, model, instructions, tools = [] }: AssistantDefinition) {
  return {
    ...(name === null ? {} : { name }),
    ...(model === "" ? {} : { model }),
    ...(instructions === null ? {} : { instructions }),
    ...(tools.length === 0 ? {} : { tools }),
  };
}

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
      let ensured: EnsuredAssistant | null = null;

      /** The definition as it stands now. */
      const define = async (msg: NodeMessage): Promise<AssistantDefinition> => {
        const render = (template: string) => renderTemplate(RED, this, template, msg);
        const name = await render(definition.assistantName);
        const instructions = await render(definition.instructions);
        // Node-RED hands on a list of one as that one, inside a subflow.
        const chosen = [definition.functions ?? []].flat().filter((id) => id !== "");
        const functions = chosenFunctions(RED, this, chosen).map((declared): Tool => {
          return { type: "function", function: declared };
        });
        // Nothing is said of a tool that is not wanted: what stood before there was one keeps its hash.
        const own: Tool[] = definition.codeInterpreter ? [{ type: "code_interpreter" }] : [];
        return {
          name: name === "" ? null : name,
          model: await render(definition.model),
          instructions: instructions === "" ? null : instructions,
          tools: [...functions, ...own],
        };
      };

      const idOf = (msg: NodeMessageInFlow) => requireId(RED, this, assistant, msg, "assistant_missing");

      const operations: Record<CreateAssistantDefinition["operation"], Work> = {
        ensure: async (api, msg) => {
          ensured ??= new EnsuredAssistant({ nodeId: this.id, environment: apiNode.connection.environment });
          // Its texts know no message: the assistant is every message's.
          msg["assistant"] = await ensured.ensure(api, await define({}), options);
        },
        create: async (api, msg) => {
          msg["assistant"] = await api.createAssistant(await define(msg), options);
        },
        modify: async (api, msg) => {
          const assistant_id = await idOf(msg);
          const changed = { ...chosenFields(await define(msg)), assistant_id };
          msg["assistant"] = await api.updateAssistant(changed, options);
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

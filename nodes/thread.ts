import type { Node, NodeAPI, NodeDef, NodeMessageInFlow } from "node-red";
import type { AssistantsApi } from "../src/contract/api.ts";
import type { Answers, Thread } from "../src/contract/objects.ts";
import { requireNode } from "../src/runtime-version.ts";
import { ContextMemory } from "./conversations/context-memory.ts";
import { readConversationKey } from "./conversations/conversation-key.ts";
import { Conversations } from "./conversations/conversations.ts";
import { DatabaseMemory } from "./conversations/database-memory.ts";
import { DatabaseAccess } from "./database/database-access.ts";
import { createApiNode, onEachMessage } from "./shared/api-node.ts";
import { requireId } from "./shared/fields.ts";
import { readMetadata } from "./shared/metadata-field.ts";

type OperationName = "create" | "getOrCreate" | "retrieve" | "modify" | "delete" | "forget";

interface ThreadDefinition extends NodeDef {
  config: string;
  operation: OperationName;
  key: string;
  keyType: string;
  /** Where the keys' threads are remembered: the nodes' database, or a property of the flow or global context. */
  memory: string;
  memoryType: "database" | "flow" | "global";
  thread: string;
  threadType: string;
  metadata: string;
  metadataType: string;
}

/** What stands in the message afterwards. */
interface Outcome {
  /** Null where there was none to forget. */
  thread: Thread | Answers["ThreadDeleted"] | null;
  created?: boolean;
}

type Operation = (api: AssistantsApi, msg: NodeMessageInFlow) => Promise<Outcome>;

/** Begins conversations, finds them again by their keys, changes and ends them. */
export default function register(RED: NodeAPI): void {
  requireNode();
  RED.nodes.registerType("assistants-thread", function (this: Node, definition: ThreadDefinition) {
    RED.nodes.createNode(this, definition);
    const database = new DatabaseAccess(RED);
    const finish = async () => {
      await conversations.settled();
      await database.release();
    };
    const apiNode = createApiNode(RED, this, definition.config, { finish });
    const { memory, memoryType } = definition;
    const conversations = new Conversations(apiNode, (service) =>
      memoryType === "flow" || memoryType === "global"
        ? new ContextMemory(RED, this, { value: memory, type: memoryType }, service)
        : new DatabaseMemory(database, service),
    );

    const options = { signal: apiNode.closed };
    const key = { value: definition.key, type: definition.keyType };
    const thread = { value: definition.thread, type: definition.threadType };
    const metadata = { value: definition.metadata, type: definition.metadataType };
    const keyOf = (msg: NodeMessageInFlow) => readConversationKey(RED, this, key, msg);
    const idOf = (msg: NodeMessageInFlow) => requireId(RED, this, thread, msg, "thread_missing");

    const operations: Record<OperationName, Operation> = {
      create: async (api) => ({ thread: await api.createThread({}, options), created: true }),
      getOrCreate: async (api, msg) => conversations.getOrCreate(api, await keyOf(msg)),
      retrieve: async (api, msg) => ({
        thread: await api.getThread({ thread_id: await idOf(msg) }, options),
      }),
      modify: async (api, msg) => {
        const changed = {
          thread_id: await idOf(msg),
          metadata: await readMetadata(RED, this, metadata, msg),
        };
        return { thread: await api.updateThread(changed, options) };
      },
      delete: async (api, msg) => ({
        thread: await api.deleteThread({ thread_id: await idOf(msg) }, options),
      }),
      forget: async (api, msg) => ({ thread: await conversations.forget(api, await keyOf(msg)) }),
    };
    const operate = operations[definition.operation];
    onEachMessage(apiNode, async (api, msg) => {
      const outcome = await operate(api, msg);
      msg["thread"] = outcome.thread;
      msg["threadCreated"] = outcome.created ?? false;
    });
  });
}

import type { Node, NodeAPI, NodeDef, NodeMessageInFlow } from "node-red";
import type { Parameters } from "../src/contract/api.ts";
import { requireNode } from "../src/runtime-version.ts";
import { writeMessage } from "./questions/write-message.ts";
import { createApiNode, onEachMessage, type Work } from "./shared/api-node.ts";
import { type AttachmentFields, readAttachments } from "./shared/attachments-field.ts";
import { requireId } from "./shared/fields.ts";
import { readMetadata } from "./shared/metadata-field.ts";

interface MessageDefinition extends NodeDef, AttachmentFields {
  config: string;
  operation: "create" | "list" | "retrieve" | "modify" | "delete";
  thread: string;
  threadType: string;
  role: "user" | "assistant";
  content: string;
  contentType: string;
  limit: number | string;
  order: "asc" | "desc";
  message: string;
  messageType: string;
  metadata: string;
  metadataType: string;
}

/** Writes into a thread, or reads, changes and deletes what stands there. */
export default function register(RED: NodeAPI): void {
  requireNode();
  RED.nodes.registerType("assistants-message", function (this: Node, definition: MessageDefinition) {
    RED.nodes.createNode(this, definition);
    const apiNode = createApiNode(RED, this, definition.config);
    const options = { signal: apiNode.closed };
    const thread = { value: definition.thread, type: definition.threadType };
    const content = { value: definition.content, type: definition.contentType };
    const message = { value: definition.message, type: definition.messageType };
    const metadata = { value: definition.metadata, type: definition.metadataType };
    const threadOf = (msg: NodeMessageInFlow) => requireId(RED, this, thread, msg, "thread_missing");
    const nameOf = async (msg: NodeMessageInFlow) => ({
      thread_id: await threadOf(msg),
      message_id: await requireId(RED, this, message, msg, "message_missing"),
    });

    const operations: Record<MessageDefinition["operation"], Work> = {
      create: async (api, msg) => {
        const threadId = await threadOf(msg);
        const attachments = await readAttachments(RED, this, definition, msg);
        const written = { threadId, role: definition.role, content, attachments };
        msg["message"] = await writeMessage(apiNode, api, msg, written);
      },
      list: async (api, msg) => {
        const parameters: Parameters<"listMessages"> = {
          thread_id: await threadOf(msg),
          order: definition.order,
        };
        if (definition.limit !== "") parameters.limit = Number(definition.limit);
        msg["messages"] = (await api.listMessages(parameters, options)).data;
      },
      retrieve: async (api, msg) => {
        msg["message"] = await api.getMessage(await nameOf(msg), options);
      },
      modify: async (api, msg) => {
        const name = await nameOf(msg);
        const changed = { ...name, metadata: await readMetadata(RED, this, metadata, msg) };
        msg["message"] = await api.updateMessage(changed, options);
      },
      delete: async (api, msg) => {
        msg["message"] = await api.deleteMessage(await nameOf(msg), options);
      },
    };
    onEachMessage(apiNode, operations[definition.operation]);
  });
}

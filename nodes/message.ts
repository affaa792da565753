import type { Node, NodeAPI, NodeDef } from "node-red";
import type { Parameters } from "../src/contract/api.ts";
import { requireNode } from "../src/runtime-version.ts";
import { leadsToRun } from "./questions/leads-to-run.ts";
import { openCallOf } from "./questions/open-calls.ts";
import { takeTurn } from "./questions/turn.ts";
import { createApiNode, onEachMessage } from "./shared/api-node.ts";
import { idOf, readField, requireId } from "./shared/fields.ts";
import { flowError } from "./shared/flow-error.ts";
import { asText } from "./shared/plain-text.ts";

interface MessageDefinition extends NodeDef {
  config: string;
  operation: "create" | "list";
  thread: string;
  threadType: string;
  role: "user" | "assistant";
  content: string;
  contentType: string;
  limit: number | string;
  order: "asc" | "desc";
}

/** Writes into a thread, or reads what stands there. */
export default function register(RED: NodeAPI): void {
  requireNode();
  RED.nodes.registerType("assistants-message", function (this: Node, definition: MessageDefinition) {
    RED.nodes.createNode(this, definition);
    const apiNode = createApiNode(RED, this, definition.config);
    const thread = { value: definition.thread, type: definition.threadType };
    const content = { value: definition.content, type: definition.contentType };
    onEachMessage(apiNode, async (api, msg) => {
      const options = { signal: apiNode.closed };
      const thread_id = await requireId(RED, this, thread, msg, "thread_missing");
      if (definition.operation === "list") {
        const parameters: Parameters<"listMessages"> = { thread_id, order: definition.order };
        if (definition.limit !== "") parameters.limit = Number(definition.limit);
        msg["messages"] = (await api.listMessages(parameters, options)).data;
        return;
      }
      const call = openCallOf(msg);
      if (call?.lineage.threads.includes(thread_id))
        throw flowError(RED, "thread_held", { thread: thread_id });
      const said = asText(await readField(RED, this, content, msg));
      if (said === "") throw flowError(RED, "content_missing", { field: `${content.type}.${content.value}` });
      const { turns } = await apiNode.connection.service();
      // A run of this flow that holds the thread is waited for: until it ends the thread takes no message.
      const waits = call ? AbortSignal.any([apiNode.closed, call.settled]) : apiNode.closed;
      const turn =
        turns.claim(thread_id, idOf(msg["message"]) ?? "") ??
        (await takeTurn(RED, turns, thread_id, "queue", waits));
      try {
        const parameters = { thread_id, role: definition.role, content: said };
        const message = await api.createMessage(parameters, options);
        msg["message"] = message;
        // Nobody comes between the message and the run that is to answer it.
        if (leadsToRun(RED, this)) turns.lend(thread_id, message.id, turn);
        else turn.release();
      } catch (error) {
        turn.release();
        throw error;
      }
    });
  });
}

import type { NodeMessageInFlow } from "node-red";
import type { AssistantsApi } from "../../src/contract/api.ts";
import type { Attachment, Message } from "../../src/contract/objects.ts";
import type { ApiNode } from "../shared/api-node.ts";
import { type Field, idOf, readField } from "../shared/fields.ts";
import { flowError } from "../shared/flow-error.ts";
import { asText } from "../shared/plain-text.ts";
import { leadsToRun } from "./leads-to-run.ts";
import { openCallOf } from "./open-calls.ts";
import { takeTurn } from "./turn.ts";

export interface WrittenMessage {
  threadId: string;
  role: Message["role"];
  /** Where the text is. */
  content: Field;
  /** The files that come with it. */
  attachments: Attachment[];
}

/**
 * Writes a message when it is the thread's turn, and keeps the thread for the run node behind.
 * Rejects with `thread_held` and `content_missing`.
 */
export async function writeMessage(
  { RED, node, connection, closed }: ApiNode,
  api: AssistantsApi,
  msg: NodeMessageInFlow,
  { threadId, role, content, attachments }: WrittenMessage,
): Promise<Message> {
  const call = openCallOf(msg);
  if (call?.lineage.threads.includes(threadId)) throw flowError(RED, "thread_held", { thread: threadId });
  const said = asText(await readField(RED, node, content, msg));
  if (said === "") throw flowError(RED, "content_missing", { field: `${content.type}.${content.value}` });
  const { turns } = await connection.service();
  // A run of this flow that holds the thread is waited for: until it ends the thread takes no message.
  const waits = call ? AbortSignal.any([closed, call.settled]) : closed;
  const turn =
    turns.claim(threadId, idOf(msg["message"]) ?? "") ??
    (await takeTurn(RED, turns, threadId, "queue", waits));
  try {
    const parameters = {
      thread_id: threadId,
      role,
      content: said,
      ...(attachments.length > 0 ? { attachments } : {}),
    };
    const message = await api.createMessage(parameters, { signal: closed });
    // Nobody comes between the message and the run that is to answer it.
    if (leadsToRun(RED, node)) turns.lend(threadId, message.id, turn);
    else turn.release();
    return message;
  } catch (error) {
    turn.release();
    throw error;
  }
}

/** What the run node's progress port tells of a run. */
import type { NodeAPI, NodeMessage } from "node-red";
import type { StreamEvent } from "../../src/contract/events.ts";
import type { Run } from "../../src/contract/objects.ts";

/** The properties of a message that somebody has listed, such as `req, user.name`. */
export const listed = (written: string) =>
  written
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");

/**
 * A small new message for one event: the next piece of the answer's text for a message's delta, else the event's
 * object.
 * @param properties of the question's message, which it is to have as well
 */
export function progressMessage(
  RED: NodeAPI,
  question: NodeMessage,
  run: Pick<Run, "id" | "thread_id">,
  event: StreamEvent,
  properties: string[],
): NodeMessage {
  const { _msgid } = question;
  const message: NodeMessage = { topic: event.event, payload: payloadOf(event) };
  if (_msgid !== undefined) message._msgid = _msgid;
  for (const property of properties) {
    const value: unknown = RED.util.getMessageProperty(question, property);
    if (value !== undefined) RED.util.setMessageProperty(message, property, value, true);
  }
  return Object.assign(RED.util.cloneMessage(message), { run_id: run.id, thread_id: run.thread_id });
}

function payloadOf({ event, data }: StreamEvent): unknown {
  if (event !== "thread.message.delta") return data;
  return data.delta.content.map(({ text }) => text?.value ?? "").join("");
}

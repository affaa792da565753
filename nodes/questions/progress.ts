/** What the run node's progress port tells of a run. */
import type { NodeAPI, NodeMessage } from "node-red";
import type { StreamEvent } from "../../src/contract/events.ts";
import type { Run } from "../../src/contract/objects.ts";

/**
 * The properties of a message that somebody has listed, such as `req, user.name`.
 * @param onInvalid told of each that is no property's name, which is left out
 */
export function listed(RED: NodeAPI, written: string, onInvalid: (name: string) => void): string[] {
  const names = written.split(",").map((name) => name.trim());
  return names.filter((name) => {
    if (name === "") return false;
    try {
      RED.util.normalisePropertyExpression(name);
      return true;
    } catch {
      onInvalid(name);
      return false;
    }
  });
}

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
    const value = propertyOf(RED, question, property);
    if (value !== undefined) RED.util.setMessageProperty(message, property, value, true);
  }
  return Object.assign(RED.util.cloneMessage(message), { run_id: run.id, thread_id: run.thread_id });
}

/** Undefined also where what should hold it is missing, for which Node-RED throws. */
function propertyOf(RED: NodeAPI, msg: NodeMessage, property: string): unknown {
  try {
    return RED.util.getMessageProperty(msg, property);
  } catch {
    return undefined;
  }
}

function payloadOf({ event, data }: StreamEvent): unknown {
  if (event !== "thread.message.delta") return data;
  return data.delta.content.map(({ text }) => text?.value ?? "").join("");
}

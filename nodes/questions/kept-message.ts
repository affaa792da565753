/** A question's message on its way over a restart. */
import { isDeepStrictEqual } from "node:util";
import type { NodeMessage } from "node-red";

/** Characters of one property; a larger one is not kept. */
const MAX_PROPERTY = 1_048_576;

/** What of a message is JSON, as JSON: what would come back changed, or not at all, is left out. */
export function writeMessage(msg: NodeMessage): string {
  const kept = Object.entries(msg).filter(([name, value]) => {
    if (name === "req" || name === "res") return false;
    try {
      const json: string | undefined = JSON.stringify(value);
      return json !== undefined && json.length <= MAX_PROPERTY && isDeepStrictEqual(JSON.parse(json), value);
    } catch {
      return false;
    }
  });
  return JSON.stringify(Object.fromEntries(kept));
}

/**
 * The messages of questions that their nodes let go while Node-RED runs on, by the questions' ids: they come back
 * as they were, with an HTTP client that still waits.
 */
const letGo = new Map<string, NodeMessage>();

export function keepMessage(questionId: string, msg: NodeMessage): void {
  letGo.set(questionId, msg);
}

/** The message of a question that was left, whole where this process has it still. */
export function takeMessage({ id, message }: { id: string; message: string }): NodeMessage {
  const kept = letGo.get(id);
  letGo.delete(id);
  return kept ?? JSON.parse(message);
}

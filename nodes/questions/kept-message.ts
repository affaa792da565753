/** A question's message on its way over a restart. */
import type { NodeMessage } from "node-red";

/** Characters and values of one property; a larger one is not kept. */
const MAX_SIZE = 1_048_576;

/** What of a message is JSON, as JSON: what would come back changed, or not at all, is left out. */
export function writeMessage(msg: NodeMessage): string {
  const kept = Object.entries(msg).filter(([name, value]) => {
    return name !== "req" && name !== "res" && isJson(value);
  });
  return JSON.stringify(Object.fromEntries(kept));
}

/** Whether a value is JSON through and through, and not too large. Looks no further than to the first that is not. */
function isJson(whole: unknown): boolean {
  const ahead: unknown[] = [whole];
  let size = 0;
  while (ahead.length > 0) {
    const value = ahead.pop();
    size += typeof value === "string" ? value.length : 1;
    if (size > MAX_SIZE) return false;
    if (value === null || typeof value === "string" || typeof value === "boolean") continue;
    if (typeof value === "number" ? !Number.isFinite(value) : !isPlain(value)) return false;
    if (typeof value === "object") for (const part of Object.values(value)) ahead.push(part);
  }
  return true;
}

function isPlain(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return Array.isArray(value) || prototype === Object.prototype || prototype === null;
}

/**
 * The messages of questions that their nodes let go while Node-RED runs on, by the questions' ids: they come back
 * as they were, with an HTTP client that still waits.
 */
const letGo = new Map<string, NodeMessage>();

/** @param questionId of a question that stands in the journal, so that somebody will come for it */
export function keepMessage(questionId: string, msg: NodeMessage): void {
  letGo.set(questionId, msg);
}

/** The message of a question that was left, whole where this process has it still. */
export function takeMessage({ id, message }: { id: string; message: string }): NodeMessage {
  const kept = letGo.get(id);
  letGo.delete(id);
  return kept ?? JSON.parse(message);
}

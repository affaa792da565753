/** How soon somebody who waits for something should ask for it again. */

/** Read by the official SDKs, which else wait for five seconds. */
export const POLL_HEADER = "openai-poll-after-ms";

/** Here a question costs little, and most answers take longer. */
const POLL_AFTER_MS = 200;

/** The states of each object in which something happens to it by itself, and that a run waits for tool outputs in. */
const NOT_OVER = new Map<unknown, readonly string[]>([
  ["thread.run", ["queued", "in_progress", "requires_action", "cancelling"]],
  ["vector_store", ["in_progress"]],
  ["vector_store.file", ["in_progress"]],
  ["vector_store.files_batch", ["in_progress"]],
]);

/** The header's value for an answer; null where there is nothing to wait for. */
export function pollAfter(answer: unknown): string | null {
  if (typeof answer !== "object" || answer === null) return null;
  if (!("object" in answer) || !("status" in answer)) return null;
  const states = NOT_OVER.get(answer.object) ?? [];
  return states.some((status) => status === answer.status) ? String(POLL_AFTER_MS) : null;
}

/** How soon somebody who waits for a run should ask for it again. */

/** Read by the official SDKs, which else wait for five seconds. */
export const POLL_HEADER = "openai-poll-after-ms";

/** Here a question costs little, and most answers take longer. */
const POLL_AFTER_MS = 200;

/** The states in which something happens to a run by itself, and that it waits for tool outputs in. */
const NOT_OVER = ["queued", "in_progress", "requires_action", "cancelling"];

/** The header's value for an answer; null where there is nothing to wait for. */
export function pollAfter(answer: unknown): string | null {
  if (typeof answer !== "object" || answer === null) return null;
  if (!("object" in answer) || answer.object !== "thread.run" || !("status" in answer)) return null;
  return NOT_OVER.some((status) => status === answer.status) ? String(POLL_AFTER_MS) : null;
}

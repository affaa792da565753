import type { ModelItem } from "../model.ts";
import { beginningWithUser } from "../shortened.ts";
import { tokensOfItems } from "../tokens.ts";

/**
 * The conversation without the older half of what may go: all before the newest question. What this run has called
 * and been told stays. Null where nothing may go.
 */
export function shorter(items: readonly ModelItem[]): ModelItem[] | null {
  const firstCall = items.findIndex((item) => item.type !== "message");
  const before = firstCall < 0 ? items : items.slice(0, firstCall);
  const question = before.findLastIndex((item) => item.type === "message" && item.role === "user");
  if (question <= 0) return null;
  const history = items.slice(0, question);
  const half = tokensOfItems(history) / 2;
  let dropped = 0;
  let first = 0;
  while (first < history.length && (dropped < half || first === 0)) {
    dropped += tokensOfItems(history.slice(first, first + 1));
    first += 1;
  }
  return beginningWithUser(items.slice(first));
}

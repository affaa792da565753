import type { ModelItem } from "./model.ts";

/**
 * What is left of a conversation that was cut, from the first thing that a user says in it: the templates of some
 * models refuse one that begins with an answer. Where no user speaks, all of it.
 */
export function beginningWithUser<Content>(items: ModelItem<Content>[]): ModelItem<Content>[] {
  const first = items.findIndex((item) => item.type === "message" && item.role === "user");
  return first < 0 ? items : items.slice(first);
}

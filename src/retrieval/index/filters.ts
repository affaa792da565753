/** Which files a search is about, by their attributes. Pure. */
import type { AttributeFilter, Attributes, ComparisonFilter } from "../../contract/vector-store-objects.ts";

/** Whether a file with these attributes is meant. One that lacks the attribute is not equal to anything. */
export function matchesFilter(filter: AttributeFilter, attributes: Attributes): boolean {
  switch (filter.type) {
    case "and":
      return filter.filters.every((part) => matchesFilter(part, attributes));
    case "or":
      return filter.filters.some((part) => matchesFilter(part, attributes));
    default:
      return compares(filter, Object.hasOwn(attributes, filter.key) ? attributes[filter.key] : undefined);
  }
}

/** How many parts a filter has, each value of a list being one: so much is done for each file that is asked. */
export function partsOf(filter: AttributeFilter): number {
  if ("filters" in filter) return filter.filters.reduce((sum, part) => sum + partsOf(part), 1);
  return Array.isArray(filter.value) ? Math.max(1, filter.value.length) : 1;
}

function compares({ type, value }: ComparisonFilter, own: Attributes[string] | undefined): boolean {
  const list: readonly Attributes[string][] = Array.isArray(value) ? value : [value];
  const among = own !== undefined && list.includes(own);
  if (type === "eq" || type === "in") return among;
  if (type === "ne" || type === "nin") return !among;
  const other = list[0];
  // Numbers are compared with numbers and texts with texts; there is no order between the two.
  if (own === undefined || other === undefined || typeof own !== typeof other) return false;
  if (type === "gt") return own > other;
  if (type === "gte") return own >= other;
  return type === "lt" ? own < other : own <= other;
}

/** What a filter of attributes is, as far as the node looks at it. */
import type { AttributeFilter } from "../../src/contract/objects.ts";
import { isObject } from "../shared/schema-keywords.ts";

/** What is wrong with a filter; each has its text in the catalog under `runtime.filterFlaw`. */
export const filterFlaws = ["absent", "no_object", "no_type", "no_filters", "no_key", "no_value"] as const;

export type FilterFlaw = (typeof filterFlaws)[number];

/** The first flaw of a value that is to be a filter. Which comparisons there are, and of what, the service says. */
export function flawOf(value: unknown): FilterFlaw | undefined {
  if (value === undefined) return "absent";
  if (!isObject(value)) return "no_object";
  const { type, filters } = value;
  if (typeof type !== "string") return "no_type";
  if (Array.isArray(filters)) return filters.map(flawOf).find((flaw) => flaw !== undefined);
  if (type === "and" || type === "or") return "no_filters";
  if (typeof value["key"] !== "string") return "no_key";
  return value["value"] === undefined ? "no_value" : undefined;
}

export const isFilter = (value: unknown): value is AttributeFilter => flawOf(value) === undefined;

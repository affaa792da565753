/** What a filter of attributes is, as far as the node looks at it. */
import type { AttributeFilter } from "../../src/contract/objects.ts";
import { isObject } from "../shared/schema-keywords.ts";

/** What is wrong with a filter; each has its text in the catalog under `runtime.filterFlaw`. */
export const filterFlaws = [
  "absent",
  "text",
  "list",
  "no_object",
  "no_type",
  "no_filters",
  "no_key",
  "no_value",
  "wrong_value",
] as const;

export type FilterFlaw = (typeof filterFlaws)[number];

/** The first flaw of a value that is to be a filter. Which comparisons there are, the service says. */
export function flawOf(value: unknown): FilterFlaw | undefined {
  if (!isObject(value)) return flawOfOther(value);
  const { type, filters } = value;
  if (typeof type !== "string") return "no_type";
  if (type === "and" || type === "or") {
    // All of nothing would be every file.
    if (!Array.isArray(filters) || filters.length === 0) return "no_filters";
    return filters.map(flawOf).find((flaw) => flaw !== undefined);
  }
  if (typeof value["key"] !== "string") return "no_key";
  if (value["value"] === undefined) return "no_value";
  return isComparable(value["value"]) ? undefined : "wrong_value";
}

function flawOfOther(value: unknown): FilterFlaw {
  if (value === undefined) return "absent";
  if (typeof value === "string") return "text";
  return Array.isArray(value) ? "list" : "no_object";
}

function isComparable(value: unknown): boolean {
  const ofList = (one: unknown) => typeof one === "string" || typeof one === "number";
  return ofList(value) || typeof value === "boolean" || (Array.isArray(value) && value.every(ofList));
}

export const isFilter = (value: unknown): value is AttributeFilter => flawOf(value) === undefined;

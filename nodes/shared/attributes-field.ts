import type { Node, NodeAPI, NodeMessage } from "node-red";
import type { Attributes } from "../../src/contract/objects.ts";
import { ATTRIBUTE_LIMITS } from "../../src/contract/vector-store-objects.ts";
import type { Field } from "./fields.ts";
import { flowError } from "./flow-error.ts";
import { isBlankJson, readJsonField } from "./json-field.ts";
import { isObject } from "./schema-keywords.ts";

/**
 * What may be said of a file in a vector store. What a service would refuse is refused here: by then the file has been
 * uploaded.
 */
export function isAttributes(value: unknown): value is Attributes {
  if (!isObject(value)) return false;
  const pairs = Object.entries(value);
  return pairs.length <= ATTRIBUTE_LIMITS.pairs && pairs.every(([key, one]) => fits(key, one));
}

function fits(key: string, value: unknown): boolean {
  if ([...key].length > ATTRIBUTE_LIMITS.key) return false;
  if (typeof value === "string") return [...value].length <= ATTRIBUTE_LIMITS.text;
  return Number.isFinite(value) || typeof value === "boolean";
}

/**
 * The attributes of a file in a vector store, from a field that holds JSON or names where an object stands. None
 * where nothing is written, or the property is not there.
 * @throws FlowError `attributes_invalid` for what is no object of texts, numbers and yes or no, or is too long
 */
export async function readAttributes(
  RED: NodeAPI,
  node: Node,
  field: Field,
  msg: NodeMessage,
): Promise<Attributes> {
  if (isBlankJson(field)) return {};
  const value = (await readJsonField(RED, node, field, msg)) ?? {};
  if (isAttributes(value)) return value;
  throw flowError(RED, "attributes_invalid", { field: `${field.type}.${field.value}` });
}

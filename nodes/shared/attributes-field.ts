import type { Node, NodeAPI, NodeMessage } from "node-red";
import type { Attributes } from "../../src/contract/objects.ts";
import type { Field } from "./fields.ts";
import { flowError } from "./flow-error.ts";
import { isBlankJson, readJsonField } from "./json-field.ts";
import { isObject } from "./schema-keywords.ts";

/** What may be said of a file in a vector store. */
export function isAttributes(value: unknown): value is Attributes {
  const isPlain = (one: unknown) => ["string", "number", "boolean"].includes(typeof one);
  return isObject(value) && Object.values(value).every(isPlain);
}

/**
 * The attributes of a file in a vector store, from a field that holds JSON or names where an object stands. None
 * where nothing is written, or the property is not there.
 * @throws FlowError `attributes_invalid` for what is no object of texts, numbers and yes or no
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

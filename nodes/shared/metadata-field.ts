import type { Node, NodeAPI, NodeMessage } from "node-red";
import type { Metadata } from "../../src/contract/objects.ts";
import type { Field } from "./fields.ts";
import { flowError } from "./flow-error.ts";
import { readJsonField } from "./json-field.ts";
import { isObject } from "./schema-keywords.ts";

function isMetadata(value: unknown): value is Metadata {
  return isObject(value) && Object.values(value).every((one) => typeof one === "string");
}

/**
 * The metadata in a field that holds JSON or names where an object stands.
 * @throws FlowError `metadata_invalid` for what is no object of texts
 */
export async function readMetadata(
  RED: NodeAPI,
  node: Node,
  field: Field,
  msg: NodeMessage,
): Promise<Metadata> {
  const value = await readJsonField(RED, node, field, msg);
  if (isMetadata(value)) return value;
  throw flowError(RED, "metadata_invalid", { field: `${field.type}.${field.value}` });
}

/** The files that a message names. */
import type { Node, NodeAPI, NodeMessage } from "node-red";
import type { Attributes } from "../../src/contract/objects.ts";
import { isAttributes } from "../shared/attributes-field.ts";
import { type Field, idOf, readField } from "../shared/fields.ts";
import { flowError } from "../shared/flow-error.ts";
import { isObject } from "../shared/schema-keywords.ts";

/** A file by its id, with attributes of its own where the message gave it some. */
export interface NamedFile {
  file_id: string;
  attributes?: Attributes;
}

/**
 * The files in a field, each once: a file of the service, its id or `{file_id, attributes}`, or a list of
 * these.
 * @throws FlowError `file_missing` or `attributes_invalid`
 */
export async function readFiles(
  RED: NodeAPI,
  node: Node,
  field: Field,
  msg: NodeMessage,
): Promise<NamedFile[]> {
  const where = { field: `${field.type}.${field.value}` };
  const value = await readField(RED, node, field, msg);
  const files = new Map<string, NamedFile>();
  for (const one of Array.isArray(value) ? value : [value]) {
    const file_id = fileId(one);
    if (file_id === undefined) throw flowError(RED, "file_missing", where);
    const attributes: unknown =
      isObject(one) && "file_id" in one ? (one["attributes"] ?? undefined) : undefined;
    if (attributes === undefined) files.set(file_id, { file_id });
    else if (isAttributes(attributes)) files.set(file_id, { file_id, attributes });
    else throw flowError(RED, "attributes_invalid", where);
  }
  if (files.size === 0) throw flowError(RED, "file_missing", where);
  return [...files.values()];
}

function fileId(value: unknown): string | undefined {
  const id = isObject(value) ? (value["file_id"] ?? idOf(value)) : value;
  return typeof id === "string" && id.trim() !== "" ? id.trim() : undefined;
}

/** Which files a node's form and a message say are to be added, and how. */
import type { Node, NodeAPI, NodeMessage } from "node-red";
import { readAttributes } from "../shared/attributes-field.ts";
import type { FilesToAdd } from "./add-files.ts";
import { type NamedFile, readFiles } from "./named-files.ts";

export interface AddingForm {
  files: string;
  filesType: string;
  attributes: string;
  attributesType: string;
  chunking: "auto" | "static";
  chunkSize: number | string;
  chunkOverlap: number | string;
}

/**
 * A file has the attributes of the form, and its own over them.
 * @throws FlowError `file_missing`, `attributes_invalid`, `json_invalid` or `template_invalid`
 */
export async function readFilesToAdd(
  RED: NodeAPI,
  node: Node,
  form: AddingForm,
  msg: NodeMessage,
): Promise<Omit<FilesToAdd, "vector_store_id">> {
  const field = { value: form.attributes, type: form.attributesType };
  const attributes = await readAttributes(RED, node, field, msg);
  const named = await readFiles(RED, node, { value: form.files, type: form.filesType }, msg);
  const files = named.map((file): NamedFile => {
    const own = { ...attributes, ...file.attributes };
    return Object.keys(own).length > 0 ? { ...file, attributes: own } : { file_id: file.file_id };
  });
  if (form.chunking !== "static") return { files };
  const max_chunk_size_tokens = Number(form.chunkSize);
  const chunk_overlap_tokens = Number(form.chunkOverlap);
  const size = { max_chunk_size_tokens, chunk_overlap_tokens };
  return { files, chunking_strategy: { type: "static", static: size } };
}

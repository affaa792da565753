/** The tools that the form of a create assistant node gives an assistant, and what they may use. */
import type { Node, NodeAPI, NodeMessage } from "node-red";
import type { FileSearchOptions, Tool, ToolResources } from "../../src/contract/objects.ts";
import { requireId } from "./fields.ts";
import { chosenFunctions } from "./function-node.ts";

export interface ToolFields {
  functions: string[] | string;
  /** Not there in flows that are older than it, as the next. */
  codeInterpreter?: boolean;
  fileSearch?: boolean;
  vectorStore?: string;
  /** `none` beside what a TypedInput usually has: only the files of the thread are searched. */
  vectorStoreType?: string;
  /** Empty, as the next: what the service finds right. */
  searchResults?: number | string;
  searchThreshold?: number | string;
}

/** In an order of their own. Nothing is said of one that is not wanted: what stood before it was there is the same. */
export function chosenTools(RED: NodeAPI, node: Node, fields: ToolFields): Tool[] {
  // Node-RED hands on a list of one as that one, inside a subflow.
  const chosen = [fields.functions ?? []].flat().filter((id) => id !== "");
  const functions = chosenFunctions(RED, node, chosen).map((declared): Tool => {
    return { type: "function", function: declared };
  });
  const code: Tool[] = fields.codeInterpreter ? [{ type: "code_interpreter" }] : [];
  return [...functions, ...code, ...(fields.fileSearch ? [fileSearch(fields)] : [])];
}

function fileSearch({ searchResults = "", searchThreshold = "" }: ToolFields): Tool {
  const options: FileSearchOptions = {};
  if (searchResults !== "") options.max_num_results = Number(searchResults);
  if (searchThreshold !== "") options.ranking_options = { score_threshold: Number(searchThreshold) };
  return Object.keys(options).length > 0
    ? { type: "file_search", file_search: options }
    : { type: "file_search" };
}

/**
 * What the tools may use: the vector store that is searched, beside that of the thread. Null where files are not
 * searched; no store is said all the same, for there may have been one before.
 * @param msg where the store may stand
 * @param texts what a template may use: nothing where the assistant is every message's
 * @throws FlowError `vector_store_missing` or `template_invalid`
 */
export async function readResources(
  RED: NodeAPI,
  node: Node,
  { fileSearch: searches, vectorStore = "", vectorStoreType = "none" }: ToolFields,
  msg: NodeMessage,
  texts: NodeMessage,
): Promise<ToolResources | null> {
  if (!searches) return null;
  if (vectorStoreType === "none") return { file_search: { vector_store_ids: [] } };
  const field = { value: vectorStore, type: vectorStoreType };
  const source = vectorStoreType === "str" ? texts : msg;
  const id = await requireId(RED, node, field, source, "vector_store_missing");
  return { file_search: { vector_store_ids: [id] } };
}

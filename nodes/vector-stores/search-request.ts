/** What is searched for, and among which files. */
import type { Node, NodeAPI, NodeMessage } from "node-red";
import type { Parameters } from "../../src/contract/api.ts";
import type { AttributeFilter } from "../../src/contract/objects.ts";
import { type Field, readField } from "../shared/fields.ts";
import { flowError } from "../shared/flow-error.ts";
import { isBlankJson, readJsonField } from "../shared/json-field.ts";
import { text } from "../shared/texts.ts";
import { flawOf, isFilter } from "./filter.ts";

export interface SearchForm {
  query: string;
  queryType: string;
  maxResults: number | string;
  /** Empty: whatever is found is good enough. */
  minScore: number | string;
  filter: string;
  /** `none` beside what a TypedInput of JSON usually has. */
  filterType: string;
  rewriteQuery: boolean;
}

type SearchRequest = Omit<Parameters<"searchVectorStore">, "vector_store_id">;

/**
 * The search that a node's fields describe for one message.
 * @throws FlowError `query_missing`, `filter_invalid`, `json_invalid` or `template_invalid`
 */
export async function readSearch(
  RED: NodeAPI,
  node: Node,
  form: SearchForm,
  msg: NodeMessage,
): Promise<SearchRequest> {
  const query = await readField(RED, node, { value: form.query, type: form.queryType }, msg);
  if (!isQuery(query)) throw flowError(RED, "query_missing", { field: `${form.queryType}.${form.query}` });
  const request: SearchRequest = { query, max_num_results: Number(form.maxResults) };
  if (form.minScore !== "") request.ranking_options = { score_threshold: Number(form.minScore) };
  if (form.rewriteQuery) request.rewrite_query = true;
  const filters = await readFilter(RED, node, { value: form.filter, type: form.filterType }, msg);
  if (filters) request.filters = filters;
  return request;
}

/**
 * Undefined where none is written, or the property says so: null. A property that is not there may hold what was to keep
 * one customer's files from another's, so it opens nothing.
 */
async function readFilter(
  RED: NodeAPI,
  node: Node,
  field: Field,
  msg: NodeMessage,
): Promise<AttributeFilter | undefined> {
  if (field.type === "none" || isBlankJson(field)) return undefined;
  const value = await readJsonField(RED, node, field, msg);
  if (value === null) return undefined;
  if (isFilter(value)) return value;
  const reason = text(RED, `filterFlaw.${flawOf(value)}`);
  throw flowError(RED, "filter_invalid", { field: `${field.type}.${field.value}`, reason });
}

function isQuery(value: unknown): value is string | string[] {
  const texts: unknown[] = Array.isArray(value) ? value : [value];
  return texts.length > 0 && texts.every((one) => typeof one === "string" && one.trim() !== "");
}

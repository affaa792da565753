import type { OperationName } from "../../src/contract/operations.ts";
import { type MalformedRequest, metadata, row } from "./malformed-fields.ts";
import { page } from "./malformed-request-table.ts";

const expiry = (nullable: "" | " or null") => [
  row({ expires_after: 1 }, "expires_after", "type", `object${nullable}`),
  row({ expires_after: { days: 1 } }, "expires_after.anchor", "missing"),
  row({ expires_after: { anchor: "last_active_at" } }, "expires_after.days", "missing"),
  row(
    { expires_after: { anchor: "created_at", days: 1 } },
    "expires_after.anchor",
    "choice",
    "'last_active_at'",
  ),
  row({ expires_after: { anchor: "last_active_at", days: "1" } }, "expires_after.days", "type", "integer"),
  row({ expires_after: { anchor: "last_active_at", days: 1, x: 1 } }, "expires_after.x", "unknown"),
];

const tokens = { max_chunk_size_tokens: 100, chunk_overlap_tokens: 0 };

const chunking = [
  row({ chunking_strategy: "auto" }, "chunking_strategy", "type", "object"),
  row({ chunking_strategy: {} }, "chunking_strategy.type", "missing"),
  row({ chunking_strategy: { type: "x" } }, "chunking_strategy.type", "choice", "'auto', 'static'"),
  row({ chunking_strategy: { type: "auto", x: 1 } }, "chunking_strategy.x", "unknown"),
  row({ chunking_strategy: { type: "static" } }, "chunking_strategy.static", "missing"),
  row(
    { chunking_strategy: { type: "static", static: { ...tokens, chunk_overlap_tokens: "0" } } },
    "chunking_strategy.static.chunk_overlap_tokens",
    "type",
    "integer",
  ),
  row(
    { chunking_strategy: { type: "static", static: { ...tokens, x: 1 } } },
    "chunking_strategy.static.x",
    "unknown",
  ),
];

const attributes = [
  row({ attributes: "x" }, "attributes", "type", "object or null"),
  row({ attributes: { a: {} } }, "attributes.a", "type", "string or number or boolean"),
  row({ attributes: { a: null } }, "attributes.a", "type", "string or number or boolean"),
];

const YEAR = { type: "eq", key: "year", value: 2026 };
const VALUE_TYPES = "string or number or boolean or array";

const filePage = [
  ...page,
  row({ filter: "open" }, "filter", "choice", "'in_progress', 'completed', 'failed', 'cancelled'"),
  row({ purpose: "vision" }, "purpose", "unknown"),
];

/** What the operations of vector stores refuse, beside what all of them do. */
export const malformedVectorStores: Partial<Record<OperationName, MalformedRequest[]>> = {
  createVectorStore: [
    row({ name: 1 }, "name", "type", "string"),
    row({ name: null }, "name", "type", "string"),
    row({ description: 1 }, "description", "type", "string"),
    row({ file_ids: "file-1" }, "file_ids", "type", "array"),
    row({ file_ids: [1] }, "file_ids[0]", "type", "string"),
    ...expiry(""),
    ...chunking,
    ...metadata,
  ],
  listVectorStores: page,
  updateVectorStore: [
    row({ name: 1 }, "name", "type", "string or null"),
    row({ file_ids: [] }, "file_ids", "unknown"),
    ...expiry(" or null"),
    ...metadata,
  ],
  searchVectorStore: [
    row({ query: 1 }, "query", "type", "string or array"),
    row({ query: [1] }, "query[0]", "type", "string"),
    row({ rewrite_query: "yes" }, "rewrite_query", "type", "boolean"),
    row({ max_num_results: "5" }, "max_num_results", "type", "integer"),
    row(
      { ranking_options: { ranker: "best" } },
      "ranking_options.ranker",
      "choice",
      "'none', 'auto', 'default-2024-11-15'",
    ),
    row({ ranking_options: { score_threshold: "1" } }, "ranking_options.score_threshold", "type", "number"),
    row({ ranking_options: { x: 1 } }, "ranking_options.x", "unknown"),
    row({ filters: "x" }, "filters", "type", "object"),
    row({ filters: { ...YEAR, value: null } }, "filters.value", "type", VALUE_TYPES),
    row({ filters: { ...YEAR, x: 1 } }, "filters.x", "unknown"),
    row(
      { filters: { type: "or", filters: [{ ...YEAR, value: {} }] } },
      "filters.filters[0].value",
      "type",
      VALUE_TYPES,
    ),
    row({ filters: { type: "and" } }, "filters.filters", "missing"),
  ],
  createVectorStoreFile: [row({ file_id: 1 }, "file_id", "type", "string"), ...chunking, ...attributes],
  updateVectorStoreFile: [...attributes, row({ chunking_strategy: {} }, "chunking_strategy", "unknown")],
  createVectorStoreFileBatch: [
    row({ file_ids: "file-1" }, "file_ids", "type", "array"),
    row({ file_ids: [1] }, "file_ids[0]", "type", "string"),
    row({ files: {} }, "files", "type", "array"),
    row({ files: [{}] }, "files[0].file_id", "missing"),
    row({ files: [{ file_id: "file-1", x: 1 }] }, "files[0].x", "unknown"),
    ...chunking,
    ...attributes,
  ],
  listVectorStoreFiles: filePage,
  listVectorStoreFileBatchFiles: filePage,
};

/** What can be wrong with the fields that several operations take. */
/** What is wrong: a field that nobody knows, one that lacks, one of another type, one not among its choices. */
type Problem = ["unknown"] | ["missing"] | ["type", expected: string] | ["choice", supported: string];

export interface MalformedRequest {
  /** Added to what the operation needs. */
  fields: Record<string, unknown>;
  /** The parameter that is to blame. */
  param: string;
  problem: Problem;
}

export const row = (
  fields: Record<string, unknown>,
  param: string,
  ...problem: Problem
): MalformedRequest => {
  return { fields, param, problem };
};

export const metadata = [
  row({ metadata: "x" }, "metadata", "type", "object or null"),
  row({ metadata: ["x"] }, "metadata", "type", "object or null"),
  row({ metadata: { a: 1 } }, "metadata.a", "type", "string"),
  row({ metadata: { a: null } }, "metadata.a", "type", "string"),
];

const EFFORTS = "'none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'";
export const effort = [row({ reasoning_effort: "much" }, "reasoning_effort", "choice", EFFORTS)];

export const sampling = [
  row({ temperature: "1" }, "temperature", "type", "number or null"),
  row({ top_p: "1" }, "top_p", "type", "number or null"),
  row({ response_format: "json" }, "response_format", "choice", "'auto'"),
  row({ response_format: {} }, "response_format.type", "missing"),
  row(
    { response_format: { type: "xml" } },
    "response_format.type",
    "choice",
    "'text', 'json_object', 'json_schema'",
  ),
  row({ response_format: { type: "text", x: 1 } }, "response_format.x", "unknown"),
  row({ response_format: { type: "json_schema" } }, "response_format.json_schema", "missing"),
  row(
    { response_format: { type: "json_schema", json_schema: {} } },
    "response_format.json_schema.name",
    "missing",
  ),
  row(
    { response_format: { type: "json_schema", json_schema: { name: "n", schema: 1 } } },
    "response_format.json_schema.schema",
    "type",
    "object",
  ),
  row(
    { response_format: { type: "json_schema", json_schema: { name: "n", strict: "yes" } } },
    "response_format.json_schema.strict",
    "type",
    "boolean or null",
  ),
  row(
    { response_format: { type: "json_object", json_schema: {} } },
    "response_format.json_schema",
    "unknown",
  ),
];

export const tools = (nullable: "" | " or null") => [
  row({ tools: {} }, "tools", "type", `array${nullable}`),
  row({ tools: ["f"] }, "tools[0]", "type", "object"),
  row({ tools: [{ type: "function" }] }, "tools[0].function", "missing"),
  row({ tools: [{ type: "function", function: {} }] }, "tools[0].function.name", "missing"),
  row({ tools: [{ type: "function", function: { name: 1 } }] }, "tools[0].function.name", "type", "string"),
  row({ tools: [{ type: "function", function: { name: "f", x: 1 } }] }, "tools[0].function.x", "unknown"),
  row({ tools: [{ type: "function", function: { name: "f" }, x: 1 }] }, "tools[0].x", "unknown"),
  row(
    { tools: [{ type: "other", function: { name: "f" } }] },
    "tools[0].type",
    "choice",
    "'code_interpreter', 'file_search', 'function'",
  ),
  row(
    { tools: [{ type: "function", function: { name: "f", parameters: "{}" } }] },
    "tools[0].function.parameters",
    "type",
    "object",
  ),
  row(
    { tools: [{ type: "function", function: { name: "f", strict: 1 } }] },
    "tools[0].function.strict",
    "type",
    "boolean or null",
  ),
  row(
    { tools: [{ type: "function", function: { name: "f", description: null } }] },
    "tools[0].function.description",
    "type",
    "string",
  ),
  row({ tools: [{ type: "code_interpreter", x: 1 }] }, "tools[0].x", "unknown"),
  row({ tools: [{ type: "file_search", file_search: [] }] }, "tools[0].file_search", "type", "object"),
  row({ tools: [{ type: "file_search", file_search: { x: 1 } }] }, "tools[0].file_search.x", "unknown"),
  row(
    { tools: [{ type: "file_search", file_search: { max_num_results: "5" } }] },
    "tools[0].file_search.max_num_results",
    "type",
    "integer",
  ),
  row(
    { tools: [{ type: "file_search", file_search: { ranking_options: {} } }] },
    "tools[0].file_search.ranking_options.score_threshold",
    "missing",
  ),
  row(
    {
      tools: [{ type: "file_search", file_search: { ranking_options: { ranker: "x", score_threshold: 0 } } }],
    },
    "tools[0].file_search.ranking_options.ranker",
    "choice",
    "'auto', 'default_2024_08_21'",
  ),
];

/** @param at what stands before the names of the fields */
export const toolResources = (wrap = (fields: Record<string, unknown>) => fields, at = "") => [
  row(wrap({ tool_resources: [] }), `${at}tool_resources`, "type", "object or null"),
  row(wrap({ tool_resources: { x: {} } }), `${at}tool_resources.x`, "unknown"),
  row(
    wrap({ tool_resources: { code_interpreter: "x" } }),
    `${at}tool_resources.code_interpreter`,
    "type",
    "object",
  ),
  row(
    wrap({ tool_resources: { code_interpreter: { file_ids: [1] } } }),
    `${at}tool_resources.code_interpreter.file_ids[0]`,
    "type",
    "string",
  ),
  row(wrap({ tool_resources: { file_search: null } }), `${at}tool_resources.file_search`, "type", "object"),
  row(wrap({ tool_resources: { file_search: { x: 1 } } }), `${at}tool_resources.file_search.x`, "unknown"),
  row(
    wrap({ tool_resources: { file_search: { vector_store_ids: "vs_none" } } }),
    `${at}tool_resources.file_search.vector_store_ids`,
    "type",
    "array",
  ),
];

/** Only where something is made may its vector store be made with it. */
export const noInlineStore = row(
  { tool_resources: { file_search: { vector_stores: [] } } },
  "tool_resources.file_search.vector_stores",
  "unknown",
);

import type { OperationName } from "../../src/contract/operations.ts";

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
const effort = [row({ reasoning_effort: "much" }, "reasoning_effort", "choice", EFFORTS)];

const sampling = [
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
];

const tools = (nullable: "" | " or null") => [
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
];

const toolResources = [
  row({ tool_resources: [] }, "tool_resources", "type", "object or null"),
  row({ tool_resources: { x: {} } }, "tool_resources.x", "unknown"),
  row({ tool_resources: { code_interpreter: "x" } }, "tool_resources.code_interpreter", "type", "object"),
  row(
    { tool_resources: { code_interpreter: { file_ids: [1] } } },
    "tool_resources.code_interpreter.file_ids[0]",
    "type",
    "string",
  ),
];

const assistant = [
  row({ name: 1 }, "name", "type", "string or null"),
  row({ description: 1 }, "description", "type", "string or null"),
  row({ instructions: ["x"] }, "instructions", "type", "string or null"),
  row({ model: null }, "model", "type", "string"),
  row({ model: 1 }, "model", "type", "string"),
  ...effort,
  ...metadata,
  ...sampling,
  ...tools(""),
  ...toolResources,
];

/** What can be wrong with a message, whose fields stand below `at`. */
const message = (at: string, wrap: (fields: Record<string, unknown>) => Record<string, unknown>) => {
  const part = (content: unknown) => wrap({ role: "user", content: [content] });
  return [
    row(wrap({ role: "system", content: "x" }), `${at}role`, "choice", "'user', 'assistant'"),
    row(wrap({ role: "user", content: 1 }), `${at}content`, "type", "string or array"),
    row(wrap({ role: "user", content: null }), `${at}content`, "type", "string or array"),
    row(wrap({ role: "user", content: "x", x: 1 }), `${at}x`, "unknown"),
    row(part("x"), `${at}content[0]`, "type", "object"),
    row(part({}), `${at}content[0].type`, "missing"),
    row(part({ type: "x" }), `${at}content[0].type`, "choice", "'text', 'image_url', 'image_file'"),
    row(part({ type: "text" }), `${at}content[0].text`, "missing"),
    row(part({ type: "text", text: 1 }), `${at}content[0].text`, "type", "string"),
    row(part({ type: "text", text: "x", x: 1 }), `${at}content[0].x`, "unknown"),
    row(part({ type: "image_url" }), `${at}content[0].image_url`, "missing"),
    row(part({ type: "image_url", image_url: {} }), `${at}content[0].image_url.url`, "missing"),
    row(
      part({ type: "image_url", image_url: { url: "https://u", detail: "x" } }),
      `${at}content[0].image_url.detail`,
      "choice",
      "'auto', 'low', 'high'",
    ),
    row(part({ type: "image_file" }), `${at}content[0].image_file`, "missing"),
    row(part({ type: "image_file", image_file: {} }), `${at}content[0].image_file.file_id`, "missing"),
    row(
      part({ type: "image_file", image_file: { file_id: 1 } }),
      `${at}content[0].image_file.file_id`,
      "type",
      "string",
    ),
    row(
      part({ type: "image_file", image_file: { file_id: "f", detail: "x" } }),
      `${at}content[0].image_file.detail`,
      "choice",
      "'auto', 'low', 'high'",
    ),
  ];
};

const run = [
  row({ assistant_id: 1 }, "assistant_id", "type", "string"),
  row({ model: 1 }, "model", "type", "string or null"),
  row({ instructions: 1 }, "instructions", "type", "string or null"),
  row({ stream: "no" }, "stream", "type", "boolean or null"),
  row({ max_prompt_tokens: "256" }, "max_prompt_tokens", "type", "integer or null"),
  row({ max_completion_tokens: 256.5 }, "max_completion_tokens", "type", "integer or null"),
  row({ parallel_tool_calls: null }, "parallel_tool_calls", "type", "boolean"),
  row({ truncation_strategy: "auto" }, "truncation_strategy", "type", "object or null"),
  row({ truncation_strategy: {} }, "truncation_strategy.type", "missing"),
  row(
    { truncation_strategy: { type: "x" } },
    "truncation_strategy.type",
    "choice",
    "'auto', 'last_messages'",
  ),
  row({ tool_choice: "some" }, "tool_choice", "choice", "'none', 'auto', 'required'"),
  row({ tool_choice: { type: "function" } }, "tool_choice.function", "missing"),
  row({ tool_choice: { type: "function", function: {} } }, "tool_choice.function.name", "missing"),
  row(
    { tool_choice: { type: "other", function: { name: "f" } } },
    "tool_choice.type",
    "choice",
    "'function', 'code_interpreter', 'file_search'",
  ),
  ...metadata,
  ...sampling,
  ...tools(" or null"),
];

export const page = [
  row({ limit: "many" }, "limit", "type", "integer"),
  row({ limit: "" }, "limit", "type", "integer"),
  row({ limit: 1.5 }, "limit", "type", "integer"),
  row({ limit: "1e1" }, "limit", "type", "integer"),
  row({ limit: Number.NaN }, "limit", "type", "integer"),
  row({ order: "other" }, "order", "choice", "'asc', 'desc'"),
  row({ order: "ASC" }, "order", "choice", "'asc', 'desc'"),
];

const RESULTS = "step_details.tool_calls[*].file_search.results[*].content";
const include = [row({ include: ["x"] }, "include[0]", "choice", `'${RESULTS}'`)];
const PURPOSES = "'assistants', 'batch', 'fine-tune', 'vision', 'user_data', 'evals'";

const purposeAndExpiry = [
  row({ purpose: "x" }, "purpose", "choice", PURPOSES),
  row({ purpose: "assistants_output" }, "purpose", "choice", PURPOSES),
  row({ expires_after: { seconds: 3600 } }, "expires_after.anchor", "missing"),
  row({ expires_after: { anchor: "created_at" } }, "expires_after.seconds", "missing"),
  row(
    { expires_after: { anchor: "last_active_at", seconds: 3600 } },
    "expires_after.anchor",
    "choice",
    "'created_at'",
  ),
  row(
    { expires_after: { anchor: "created_at", seconds: "soon" } },
    "expires_after.seconds",
    "type",
    "integer",
  ),
  row({ expires_after: { anchor: "created_at", seconds: 3600, x: 1 } }, "expires_after.x", "unknown"),
];

/** What each operation refuses, beside what all of them do. */
export const malformed: Partial<Record<OperationName, MalformedRequest[]>> = {
  createAssistant: assistant,
  updateAssistant: assistant,
  listAssistants: [...page, row({ run_id: "run_1" }, "run_id", "unknown")],
  createThread: [
    row({ messages: {} }, "messages", "type", "array"),
    row({ messages: [{ role: "user" }] }, "messages[0].content", "missing"),
    ...message("messages[0].", (fields) => ({ messages: [fields] })),
    ...metadata,
  ],
  updateThread: [...metadata, ...toolResources],
  createMessage: [...message("", (fields) => fields), ...metadata],
  listMessages: page,
  updateMessage: [...metadata, row({ content: "x" }, "content", "unknown")],
  createRun: [
    ...run,
    ...effort,
    ...include,
    row({ additional_instructions: 1 }, "additional_instructions", "type", "string or null"),
    row({ additional_messages: {} }, "additional_messages", "type", "array or null"),
    row({ additional_messages: [{ content: "x" }] }, "additional_messages[0].role", "missing"),
    ...message("additional_messages[0].", (fields) => ({ additional_messages: [fields] })),
  ],
  createThreadAndRun: [
    ...run,
    row({ thread: null }, "thread", "type", "object"),
    row({ thread: { x: 1 } }, "thread.x", "unknown"),
    row({ additional_messages: [] }, "additional_messages", "unknown"),
    row({ additional_instructions: "x" }, "additional_instructions", "unknown"),
    row({ reasoning_effort: "low" }, "reasoning_effort", "unknown"),
    ...message("thread.messages[0].", (fields) => ({ thread: { messages: [fields] } })),
  ],
  listRuns: page,
  updateRun: [...metadata, row({ status: "completed" }, "status", "unknown")],
  submitToolOutputsToRun: [
    row({ tool_outputs: {} }, "tool_outputs", "type", "array"),
    row({ tool_outputs: ["x"] }, "tool_outputs[0]", "type", "object"),
    row({ tool_outputs: [{ tool_call_id: 1 }] }, "tool_outputs[0].tool_call_id", "type", "string"),
    row({ tool_outputs: [{ output: {} }] }, "tool_outputs[0].output", "type", "string"),
    row({ tool_outputs: [{ x: 1 }] }, "tool_outputs[0].x", "unknown"),
  ],
  listRunSteps: [...page, ...include],
  getRunStep: include,
  createFile: purposeAndExpiry,
  createUpload: [
    ...purposeAndExpiry,
    row({ filename: 1 }, "filename", "type", "string"),
    row({ bytes: "1" }, "bytes", "type", "integer"),
    row({ bytes: 1.5 }, "bytes", "type", "integer"),
    row({ mime_type: null }, "mime_type", "type", "string"),
  ],
  addUploadPart: [row({ purpose: "vision" }, "purpose", "unknown")],
  completeUpload: [
    row({ part_ids: "part_1" }, "part_ids", "type", "array"),
    row({ part_ids: [1] }, "part_ids[0]", "type", "string"),
    row({ md5: 1 }, "md5", "type", "string"),
  ],
  listFiles: [...page, row({ before: "file-1" }, "before", "unknown")],
};

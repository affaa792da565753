import type { OperationName } from "../../src/contract/operations.ts";
import {
  effort,
  type MalformedRequest,
  metadata,
  noInlineStore,
  row,
  sampling,
  toolResources,
  tools,
} from "./malformed-fields.ts";

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
  ...toolResources(),
];

/** What can be wrong with a message, whose fields stand below `at`. */
const message = (at: string, wrap: (fields: Record<string, unknown>) => Record<string, unknown>) => {
  const part = (content: unknown) => wrap({ role: "user", content: [content] });
  return [
    row(wrap({ role: "system", content: "x" }), `${at}role`, "choice", "'user', 'assistant'"),
    row(wrap({ role: "user", content: 1 }), `${at}content`, "type", "string or array"),
    row(wrap({ role: "user", content: null }), `${at}content`, "type", "string or array"),
    row(wrap({ role: "user", content: "x", x: 1 }), `${at}x`, "unknown"),
    row(wrap({ role: "user", content: "x", attachments: {} }), `${at}attachments`, "type", "array or null"),
    row(wrap({ role: "user", content: "x", attachments: ["x"] }), `${at}attachments[0]`, "type", "object"),
    row(
      wrap({ role: "user", content: "x", attachments: [{ file_id: 1 }] }),
      `${at}attachments[0].file_id`,
      "type",
      "string",
    ),
    row(
      wrap({ role: "user", content: "x", attachments: [{ tools: [{ type: "function" }] }] }),
      `${at}attachments[0].tools[0].type`,
      "choice",
      "'code_interpreter', 'file_search'",
    ),
    row(
      wrap({
        role: "user",
        content: "x",
        attachments: [{ tools: [{ type: "file_search", file_search: {} }] }],
      }),
      `${at}attachments[0].tools[0].file_search`,
      "unknown",
    ),
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
  updateAssistant: [...assistant, noInlineStore],
  listAssistants: [...page, row({ run_id: "run_1" }, "run_id", "unknown")],
  createThread: [
    row({ messages: {} }, "messages", "type", "array"),
    row({ messages: [{ role: "user" }] }, "messages[0].content", "missing"),
    ...message("messages[0].", (fields) => ({ messages: [fields] })),
    ...metadata,
    ...toolResources(),
  ],
  updateThread: [...metadata, ...toolResources(), noInlineStore],
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
    ...toolResources(),
    ...toolResources((thread) => ({ thread }), "thread."),
    noInlineStore,
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

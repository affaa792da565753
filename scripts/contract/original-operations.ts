/** The operations of the original contract, and the fields of the bodies that they take. Data alone. */

export interface OriginalOperation {
  readonly method: "GET" | "POST" | "DELETE";
  readonly path: string;
  /** The fields of its body; left out where it has none, or where ours is read otherwise. */
  readonly fields?: readonly string[];
}

const ASSISTANT = [
  "model",
  "name",
  "description",
  "instructions",
  "reasoning_effort",
  "tools",
  "tool_resources",
  "metadata",
  "temperature",
  "top_p",
  "response_format",
];
const THREAD_AND_RUN = [
  "assistant_id",
  "model",
  "instructions",
  "tools",
  "metadata",
  "temperature",
  "top_p",
  "stream",
  "max_prompt_tokens",
  "max_completion_tokens",
  "truncation_strategy",
  "tool_choice",
  "parallel_tool_calls",
  "response_format",
];
const RUN = [...THREAD_AND_RUN, "reasoning_effort", "additional_instructions", "additional_messages"];

const row = (method: OriginalOperation["method"], path: string, fields?: readonly string[]) =>
  fields ? { method, path, fields } : { method, path };

/** By what they are about, in the order of the original documentation. */
export const originalOperations: Readonly<Record<string, readonly OriginalOperation[]>> = {
  Assistants: [
    row("POST", "/assistants", ASSISTANT),
    row("GET", "/assistants"),
    row("GET", "/assistants/{assistant_id}"),
    row("POST", "/assistants/{assistant_id}", ASSISTANT),
    row("DELETE", "/assistants/{assistant_id}"),
  ],
  Threads: [
    row("POST", "/threads", ["messages", "tool_resources", "metadata"]),
    row("GET", "/threads/{thread_id}"),
    row("POST", "/threads/{thread_id}", ["tool_resources", "metadata"]),
    row("DELETE", "/threads/{thread_id}"),
  ],
  Messages: [
    row("POST", "/threads/{thread_id}/messages", ["role", "content", "attachments", "metadata"]),
    row("GET", "/threads/{thread_id}/messages"),
    row("GET", "/threads/{thread_id}/messages/{message_id}"),
    row("POST", "/threads/{thread_id}/messages/{message_id}", ["metadata"]),
    row("DELETE", "/threads/{thread_id}/messages/{message_id}"),
  ],
  Runs: [
    row("POST", "/threads/{thread_id}/runs", RUN),
    row("POST", "/threads/runs", [...THREAD_AND_RUN, "thread", "tool_resources"]),
    row("GET", "/threads/{thread_id}/runs"),
    row("GET", "/threads/{thread_id}/runs/{run_id}"),
    row("POST", "/threads/{thread_id}/runs/{run_id}", ["metadata"]),
    row("POST", "/threads/{thread_id}/runs/{run_id}/cancel"),
    row("POST", "/threads/{thread_id}/runs/{run_id}/submit_tool_outputs", ["tool_outputs", "stream"]),
  ],
  "Run steps": [
    row("GET", "/threads/{thread_id}/runs/{run_id}/steps"),
    row("GET", "/threads/{thread_id}/runs/{run_id}/steps/{step_id}"),
  ],
  Models: [row("GET", "/models"), row("GET", "/models/{model}")],
  Files: [
    row("POST", "/files"),
    row("GET", "/files"),
    row("GET", "/files/{file_id}"),
    row("DELETE", "/files/{file_id}"),
    row("GET", "/files/{file_id}/content"),
  ],
  Uploads: [
    row("POST", "/uploads", ["filename", "purpose", "bytes", "mime_type", "expires_after"]),
    row("POST", "/uploads/{upload_id}/parts"),
    row("POST", "/uploads/{upload_id}/complete", ["part_ids", "md5"]),
    row("POST", "/uploads/{upload_id}/cancel"),
  ],
  "Vector stores": [
    row("POST", "/vector_stores"),
    row("GET", "/vector_stores"),
    row("GET", "/vector_stores/{vector_store_id}"),
    row("POST", "/vector_stores/{vector_store_id}"),
    row("DELETE", "/vector_stores/{vector_store_id}"),
    row("POST", "/vector_stores/{vector_store_id}/search"),
    row("POST", "/vector_stores/{vector_store_id}/files"),
    row("GET", "/vector_stores/{vector_store_id}/files"),
    row("GET", "/vector_stores/{vector_store_id}/files/{file_id}"),
    row("POST", "/vector_stores/{vector_store_id}/files/{file_id}"),
    row("DELETE", "/vector_stores/{vector_store_id}/files/{file_id}"),
    row("GET", "/vector_stores/{vector_store_id}/files/{file_id}/content"),
    row("POST", "/vector_stores/{vector_store_id}/file_batches"),
    row("GET", "/vector_stores/{vector_store_id}/file_batches/{batch_id}"),
    row("POST", "/vector_stores/{vector_store_id}/file_batches/{batch_id}/cancel"),
    row("GET", "/vector_stores/{vector_store_id}/file_batches/{batch_id}/files"),
  ],
};

/** What a field may hold beside what JSON says: the names by which its alternatives are told apart. */
export const originalAlternatives: Readonly<Record<string, readonly string[]>> = {
  tools: ["function", "code_interpreter", "file_search"],
  tool_choice: ["function", "code_interpreter", "file_search"],
  tool_resources: ["code_interpreter", "file_search"],
  content: ["text", "image_url", "image_file"],
  response_format: ["text", "json_object", "json_schema"],
};

/** What goes to Catch: an Error with a stable `code`, and what the API said in `cause`. */
import type { NodeAPI } from "node-red";
import type { Run, RunStatus } from "../../src/contract/objects.ts";
import { text } from "./texts.ts";

/** The errors that the nodes themselves find; each has its text in the catalog under `runtime.error`. */
export const flowErrorCodes = [
  "config_missing",
  "thread_missing",
  "assistant_missing",
  "message_missing",
  "run_missing",
  "question_missing",
  "content_missing",
  "file_missing",
  "query_missing",
  "filter_invalid",
  "filename_missing",
  "file_content_missing",
  "file_content_invalid",
  "file_over_limit",
  "path_missing",
  "path_unreadable",
  "path_no_file",
  "attachments_invalid",
  "vector_store_missing",
  "attributes_invalid",
  "indexing_failed",
  "indexing_timeout",
  "conversation_key_missing",
  "conversation_key_invalid",
  "conversation_queue_full",
  "conversation_memory_failed",
  "json_invalid",
  "metadata_invalid",
  "no_active_run",
  "function_missing",
  "function_twice",
  "function_parameters_invalid",
  "run_failed",
  "run_expired",
  "run_cancelled",
  "run_incomplete",
  "run_stuck",
  "run_timeout",
  "client_gone",
  "thread_busy",
  "thread_queue_full",
  "cancelled",
  "too_many_model_calls",
  "nested_too_deep",
  "thread_held",
  "call_settled",
  "too_many_rounds",
  "answer_not_json",
  "template_invalid",
] as const;

export type FlowErrorCode = (typeof flowErrorCodes)[number];

export class FlowError extends Error {
  /** Empty: Catch shows `name: message`, and the sentence needs no name before it. */
  override readonly name = "";
  readonly code: string;

  constructor(code: string, message: string, cause?: unknown) {
    super(message, cause === undefined ? {} : { cause });
    this.code = code;
  }
}

/** The error of that code in the runtime's language. */
export function flowError(
  RED: NodeAPI,
  code: FlowErrorCode,
  values: Record<string, string | number> = {},
  cause?: unknown,
): FlowError {
  return new FlowError(code, text(RED, `error.${code}`, values), cause);
}

/** How a run ends without an answer, and what Catch reads then. */
const endings = new Map<RunStatus, FlowErrorCode>([
  ["failed", "run_failed"],
  ["expired", "run_expired"],
  ["cancelled", "run_cancelled"],
  ["incomplete", "run_incomplete"],
]);

/** The error of a run that did not end with an answer; `cause` says how the API put it. */
export function runError(RED: NodeAPI, run: Run): FlowError {
  const { status, last_error, incomplete_details } = run;
  const reason = last_error?.message ?? incomplete_details?.reason ?? "";
  const cause = { run_id: run.id, thread_id: run.thread_id, status, last_error, incomplete_details };
  // A server may know endings that we do not.
  return flowError(RED, endings.get(status) ?? "run_failed", { reason }, cause);
}

/** Runs and their steps, field for field as on the wire. */
import type { FileSearchStepCall } from "./file-search-objects.ts";
import type { Metadata } from "./objects.ts";
import type {
  ReasoningEffort,
  ResponseFormat,
  Tool,
  ToolChoice,
  TruncationStrategy,
} from "./tool-objects.ts";

export type RunStatus =
  | "queued"
  | "in_progress"
  | "requires_action"
  | "cancelling"
  | "cancelled"
  | "failed"
  | "completed"
  | "incomplete"
  | "expired";

/** A call the model asks for; `arguments` is JSON as the model wrote it. */
export interface RunToolCall {
  id: string;
  type: "function";
  function: { name: string; arguments: string };
}

export interface RequiredAction {
  type: "submit_tool_outputs";
  submit_tool_outputs: { tool_calls: RunToolCall[] };
}

export interface RunError {
  code: "server_error" | "rate_limit_exceeded" | "invalid_prompt";
  message: string;
}

/** The specification names the first two; the original service also said the third. */
export type RunIncompleteReason = "max_completion_tokens" | "max_prompt_tokens" | "content_filter";

/** Tokens. */
export interface Usage {
  prompt_tokens: number;
  completion_tokens: number;
  total_tokens: number;
}

export interface Run {
  id: string;
  object: "thread.run";
  created_at: number;
  thread_id: string;
  assistant_id: string;
  status: RunStatus;
  required_action: RequiredAction | null;
  last_error: RunError | null;
  expires_at: number | null;
  started_at: number | null;
  cancelled_at: number | null;
  failed_at: number | null;
  completed_at: number | null;
  incomplete_details: { reason: RunIncompleteReason } | null;
  model: string;
  instructions: string;
  tools: Tool[];
  metadata: Metadata | null;
  usage: Usage | null;
  temperature: number | null;
  top_p: number | null;
  max_prompt_tokens: number | null;
  max_completion_tokens: number | null;
  truncation_strategy: TruncationStrategy | null;
  tool_choice: ToolChoice | null;
  parallel_tool_calls: boolean;
  response_format: ResponseFormat | null;
  /** As of an assistant. */
  reasoning_effort?: ReasoningEffort | null;
}

/** A function's call as a run step shows it: `output` is null until somebody has answered. */
export interface FunctionStepCall {
  id: string;
  type: "function";
  function: { name: string; arguments: string; output: string | null };
}

/** What code has written, or an image that it has made. */
export type CodeOutput = { type: "logs"; logs: string } | { type: "image"; image: { file_id: string } };

/** The code that the model has run, as a run step shows it. */
export interface CodeInterpreterStepCall {
  id: string;
  type: "code_interpreter";
  code_interpreter: { input: string; outputs: CodeOutput[] };
}

export type StepToolCall = FunctionStepCall | CodeInterpreterStepCall | FileSearchStepCall;

export type StepDetails =
  | { type: "message_creation"; message_creation: { message_id: string } }
  | { type: "tool_calls"; tool_calls: StepToolCall[] };

export type RunStepStatus = "in_progress" | "cancelled" | "failed" | "completed" | "expired";

export interface RunStep {
  id: string;
  object: "thread.run.step";
  created_at: number;
  assistant_id: string;
  thread_id: string;
  run_id: string;
  type: "message_creation" | "tool_calls";
  status: RunStepStatus;
  step_details: StepDetails;
  last_error: { code: "server_error" | "rate_limit_exceeded"; message: string } | null;
  expired_at: number | null;
  cancelled_at: number | null;
  failed_at: number | null;
  completed_at: number | null;
  metadata: Metadata | null;
  usage: Usage | null;
}

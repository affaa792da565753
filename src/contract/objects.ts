/**
 * The objects the contract answers with, field for field as they stand on the wire (snake_case).
 * Times are Unix seconds. A server may send more fields than these; they are kept, never dropped.
 */

import type { StreamEvent } from "./events.ts";
import type { Annotation, Attachment, FileSearchOptions, FileSearchStepCall } from "./file-search-objects.ts";
import type {
  SearchResultsPage,
  VectorStore,
  VectorStoreFile,
  VectorStoreFileBatch,
  VectorStoreFileContent,
} from "./vector-store-objects.ts";

export type * from "./file-search-objects.ts";
export type * from "./vector-store-objects.ts";

/** Up to 16 pairs; keys up to 64 and values up to 512 characters. */
export type Metadata = Record<string, string>;

/** A function the model may call; `parameters` is a JSON Schema. */
export interface FunctionDefinition {
  name: string;
  description?: string;
  parameters?: Record<string, unknown>;
  strict?: boolean | null;
}

export interface FunctionTool {
  type: "function";
  function: FunctionDefinition;
}

/** The model runs code at its provider. Nobody else is asked for the output. */
export interface CodeInterpreterTool {
  type: "code_interpreter";
}

/** The service searches the files that the run may use, and the model is told what it has found. */
export interface FileSearchTool {
  type: "file_search";
  file_search?: FileSearchOptions;
}

export type Tool = FunctionTool | CodeInterpreterTool | FileSearchTool;

/** What the tools of an assistant or a thread may use. */
export interface ToolResources {
  code_interpreter?: { file_ids?: string[] };
  file_search?: { vector_store_ids?: string[] };
}

export type ResponseFormat =
  | "auto"
  | { type: "text" }
  | { type: "json_object" }
  | {
      type: "json_schema";
      json_schema: {
        name: string;
        description?: string;
        schema?: Record<string, unknown>;
        strict?: boolean | null;
      };
    };

/** One tool that must be called. */
export type NamedToolChoice =
  | { type: "function"; function: { name: string } }
  | { type: "code_interpreter" }
  | { type: "file_search" };

export type ToolChoice = "none" | "auto" | "required" | NamedToolChoice;

export type ReasoningEffort = "none" | "minimal" | "low" | "medium" | "high" | "xhigh" | "max";

export interface TruncationStrategy {
  type: "auto" | "last_messages";
  last_messages?: number | null;
}

export interface Assistant {
  id: string;
  object: "assistant";
  created_at: number;
  name: string | null;
  description: string | null;
  model: string;
  instructions: string | null;
  tools: Tool[];
  tool_resources: ToolResources | null;
  metadata: Metadata | null;
  temperature: number | null;
  top_p: number | null;
  response_format: ResponseFormat | null;
  /** Null where the model's own setting holds; objects that older versions wrote have none. */
  reasoning_effort?: ReasoningEffort | null;
}

export interface Thread {
  id: string;
  object: "thread";
  created_at: number;
  tool_resources: ToolResources | null;
  metadata: Metadata | null;
}

export interface TextContent {
  type: "text";
  text: { value: string; annotations: Annotation[] };
}

/** How closely a model looks at an image. */
export type ImageDetail = "auto" | "low" | "high";

export interface ImageUrlContent {
  type: "image_url";
  image_url: { url: string; detail?: ImageDetail };
}

export interface ImageFileContent {
  type: "image_file";
  image_file: { file_id: string; detail?: ImageDetail };
}

export type MessageContent = TextContent | ImageUrlContent | ImageFileContent;

export type MessageIncompleteReason =
  | "content_filter"
  | "max_tokens"
  | "run_cancelled"
  | "run_expired"
  | "run_failed";

export interface Message {
  id: string;
  object: "thread.message";
  created_at: number;
  thread_id: string;
  status: "in_progress" | "incomplete" | "completed";
  incomplete_details: { reason: MessageIncompleteReason } | null;
  completed_at: number | null;
  incomplete_at: number | null;
  role: "user" | "assistant";
  content: MessageContent[];
  assistant_id: string | null;
  run_id: string | null;
  attachments: Attachment[] | null;
  metadata: Metadata | null;
}

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

export type UploadPurpose = "assistants" | "batch" | "fine-tune" | "vision" | "user_data" | "evals";

/** A file that was uploaded. */
export interface File {
  id: string;
  object: "file";
  /** Its size. */
  bytes: number;
  created_at: number;
  /** Left out where it is kept until somebody deletes it. */
  expires_at?: number;
  filename: string;
  purpose: UploadPurpose | "assistants_output" | "batch_output" | "fine-tune-results";
  status: "uploaded" | "processed" | "error";
  /** Left out where there is nothing to say. */
  status_details?: string;
}

/** The bytes of a file. */
export interface FileContent {
  /**
   * Can be read once. Rejects where it cannot be read to the end; who stops reading lets go of what stands behind it.
   */
  content: AsyncIterable<Uint8Array>;
  /** The media type. */
  type: string;
  /** How many there are; null where a server does not say. */
  bytes: number | null;
  /** The file's name; null where a server does not say. */
  name: string | null;
}

/** One page; `first_id` and `last_id` are null on an empty one. */
export interface Page<Item> {
  object: "list";
  data: Item[];
  first_id: string | null;
  last_id: string | null;
  has_more: boolean;
}

export interface Deleted<Kind extends string> {
  id: string;
  object: Kind;
  deleted: boolean;
}

/** A model that may be named in an assistant or a run. */
export interface ModelObject {
  id: string;
  object: "model";
  created: number;
  owned_by: string;
}

/** All of them at once: this list has no pages. */
export interface ModelList {
  object: "list";
  data: ModelObject[];
}

/** Every answer of the contract by the name that the operations table uses. */
export interface Answers {
  Assistant: Assistant;
  AssistantPage: Page<Assistant>;
  AssistantDeleted: Deleted<"assistant.deleted">;
  Thread: Thread;
  ThreadDeleted: Deleted<"thread.deleted">;
  Message: Message;
  MessagePage: Page<Message>;
  MessageDeleted: Deleted<"thread.message.deleted">;
  Run: Run;
  RunPage: Page<Run>;
  RunStep: RunStep;
  RunStepPage: Page<RunStep>;
  ModelList: ModelList;
  ModelObject: ModelObject;
  StreamEvent: StreamEvent;
  File: File;
  FilePage: Page<File>;
  FileDeleted: Deleted<"file">;
  FileContent: FileContent;
  VectorStore: VectorStore;
  VectorStorePage: Page<VectorStore>;
  VectorStoreDeleted: Deleted<"vector_store.deleted">;
  SearchResultsPage: SearchResultsPage;
  VectorStoreFile: VectorStoreFile;
  VectorStoreFilePage: Page<VectorStoreFile>;
  VectorStoreFileDeleted: Deleted<"vector_store.file.deleted">;
  VectorStoreFileContent: VectorStoreFileContent;
  VectorStoreFileBatch: VectorStoreFileBatch;
}

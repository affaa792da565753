/**
 * The objects the contract answers with, field for field as they stand on the wire (snake_case).
 * Times are Unix seconds. A server may send more fields than these; they are kept, never dropped.
 */

import type { StreamEvent } from "./events.ts";
import type { File, FileContent, Upload, UploadPart } from "./file-objects.ts";
import type { Annotation, Attachment } from "./file-search-objects.ts";
import type { Run, RunStep } from "./run-objects.ts";
import type { ReasoningEffort, ResponseFormat, Tool, ToolResources } from "./tool-objects.ts";
import type {
  SearchResultsPage,
  VectorStore,
  VectorStoreFile,
  VectorStoreFileBatch,
  VectorStoreFileContent,
} from "./vector-store-objects.ts";

export type * from "./file-objects.ts";
export type * from "./file-search-objects.ts";
export type * from "./run-objects.ts";
export type * from "./tool-objects.ts";
export type * from "./vector-store-objects.ts";

/** Up to 16 pairs; keys up to 64 and values up to 512 characters. */
export type Metadata = Record<string, string>;

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
  Upload: Upload;
  UploadPart: UploadPart;
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

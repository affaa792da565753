/** What a model may call, and how it is to answer: the fields that assistants and runs share. */
import type { FileSearchOptions } from "./file-search-objects.ts";

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

import type { FunctionDefinition, ResponseFormat, ToolChoice, Usage } from "../contract/objects.ts";

/** A piece of what a message says. Images are passed on by URL, never fetched. */
export type ModelContent = { type: "text"; text: string } | { type: "image_url"; url: string };

/** What the model has seen so far, oldest first. */
export type ModelItem =
  | { type: "message"; role: "user" | "assistant"; content: ModelContent[] }
  | { type: "tool_call"; id: string; name: string; arguments: string }
  | { type: "tool_output"; tool_call_id: string; name: string; output: string };

/** One question to a model: everything it needs, since nothing is kept between two of them. */
export interface ModelRequest {
  /** The model's or deployment's name, as the assistant or run gives it. */
  model: string;
  instructions: string;
  items: ModelItem[];
  functions: FunctionDefinition[];
  tool_choice: ToolChoice;
  parallel_tool_calls: boolean;
  response_format: ResponseFormat;
  temperature: number | null;
  top_p: number | null;
  /** Tokens the answer may have; null for the model's own limit. */
  max_completion_tokens: number | null;
}

/**
 * What a model sends, in order: any number of deltas, `usage` where it knows, and `finish` once at the end.
 * The pieces of one tool call share an `index`; the first carries its name. A model's own ids for calls stay with
 * the model: the service gives every call one that no other call has.
 */
export type ModelEvent =
  | { type: "text_delta"; text: string }
  | { type: "tool_call_delta"; index: number; name?: string; arguments?: string }
  | { type: "usage"; usage: Usage }
  | { type: "finish"; reason: "stop" | "length" };

/** Something that answers. The one thing a new model implements. */
export interface Model {
  /**
   * Streams one answer. Throws what went wrong; a `ModelError` says which code the run shows.
   * @param signal stops the model at once; the stream then ends or throws, whichever is sooner.
   */
  generate(request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelEvent>;
}

/** A failure that the run shows as its `last_error`. */
export class ModelError extends Error {
  override readonly name = "ModelError";
  readonly code: "server_error" | "rate_limit_exceeded" | "invalid_prompt";

  constructor(code: ModelError["code"], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

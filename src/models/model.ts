import type {
  CodeInterpreterStepCall,
  FunctionDefinition,
  ImageDetail,
  ReasoningEffort,
  ResponseFormat,
  ToolChoice,
  Usage,
} from "../contract/objects.ts";

/** A piece of what a message says. An image that has an address is never fetched; another is `data`, in base64. */
export type ModelContent =
  | { type: "text"; text: string }
  | { type: "image_url"; url: string; detail?: ImageDetail }
  | { type: "image"; media_type: string; data: string; detail?: ImageDetail };

/** What the model has seen so far, oldest first. */
export type ModelItem<Content = ModelContent> =
  | { type: "message"; role: "user" | "assistant"; content: Content[] }
  | { type: "tool_call"; id: string; name: string; arguments: string }
  | { type: "tool_output"; tool_call_id: string; name: string; output: string }
  /** What the model itself asked to keep in an earlier round of this run, where it stood in its answer. */
  | { type: "opaque"; data: string };

/** What a model has done with a tool that it runs by itself, at its provider: nobody is asked for the output. */
export type OwnToolCall = Omit<CodeInterpreterStepCall, "id">;

/** The search of files is a function to a model. */
export type ModelToolChoice = Exclude<ToolChoice, { type: "file_search" }>;

/** One question to a model: everything it needs, since nothing is kept between two of them. */
export interface ModelRequest<Content = ModelContent> {
  /** The model's or deployment's name, as the assistant or run gives it. */
  model: string;
  instructions: string;
  items: ModelItem<Content>[];
  functions: FunctionDefinition[];
  /** The tools of its own that it may use. A model that has them not goes on without, and is told so. */
  own_tools: OwnToolCall["type"][];
  tool_choice: ModelToolChoice;
  /** Which of the functions searches files; left out where none does. */
  file_search?: string;
  parallel_tool_calls: boolean;
  response_format: ResponseFormat;
  /** How hard the model is to think; null for what its own settings say. */
  reasoning_effort: ReasoningEffort | null;
  temperature: number | null;
  top_p: number | null;
  /** Tokens the answer may have; null for the model's own limit. */
  max_completion_tokens: number | null;
}

/**
 * What a model sends, in order: any number of deltas, `usage` where it knows, and `finish` once at the end.
 * The pieces of one tool call share an `index`; the first carries its name. A model's own ids for calls stay with
 * the model: the service gives every call one that no other call has. `opaque` is kept by the service and comes
 * back as an item in the run's next round; only the model knows what it means. `own_tool_call` comes when the tool
 * has been used; what must come back of it stands in an `opaque` before. `thinking` says nothing but that the model
 * is at work.
 */
export type ModelEvent =
  | { type: "text_delta"; text: string }
  | { type: "tool_call_delta"; index: number; name?: string; arguments?: string }
  | { type: "opaque"; data: string }
  | { type: "own_tool_call"; call: OwnToolCall }
  | { type: "thinking" }
  | { type: "usage"; usage: Usage }
  | { type: "finish"; reason: FinishReason };

export type FinishReason = "stop" | "length" | "content_filter";

/** Something that answers. The one thing a new model implements. */
export interface Model {
  /** What it is called in the list of models; left out where it takes any name and has none. */
  readonly name?: string;
  /** How many tokens a question and its answer may have together, where that is known. */
  readonly contextWindow?: number;
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

/** What a model has answered, put together from its events. */
import type { Usage } from "../../contract/objects.ts";
import { type FinishReason, ModelError, type ModelEvent, type OwnToolCall } from "../../models/model.ts";

export interface AnsweredCall {
  name: string;
  arguments: string;
}

/** What the model wants back, and how much stood before it: the text counts as one, each call as one. */
export interface OpaqueItem {
  data: string;
  position: number;
}

/** One use of a tool of the model's own, and what the answer had said since the one before. */
export interface OwnToolUse {
  text: string;
  opaque: OpaqueItem[];
  call: OwnToolCall;
}

/** A use of a tool of the model's own is handed on at once: text and what is kept begin anew behind it. */
export interface ModelAnswer {
  text: string;
  /** By the index that the model gives its calls. */
  calls: Map<number, AnsweredCall>;
  opaque: OpaqueItem[];
  usage: Usage | null;
  finish: FinishReason | null;
  /** Events and characters so far. */
  size: number;
}

/** Events and characters together; a model that says more has lost its way. */
const MAX_SIZE = 4_000_000;

export function emptyAnswer(): ModelAnswer {
  return { text: "", calls: new Map(), opaque: [], usage: null, finish: null, size: 0 };
}

/**
 * Adds an event to the answer. Throws a `ModelError` where the answer would grow beyond all measure.
 * @returns what the event tells of a tool of the model's own
 */
export function addToAnswer(answer: ModelAnswer, event: ModelEvent): OwnToolUse | null {
  const size = answer.size + 1 + charactersOf(event);
  if (size > MAX_SIZE) throw new ModelError("server_error", "The model's answer does not end.");
  answer.size = size;
  switch (event.type) {
    case "text_delta":
      answer.text += event.text;
      break;
    case "tool_call_delta": {
      const call = answer.calls.get(event.index) ?? { name: "", arguments: "" };
      call.name += event.name ?? "";
      call.arguments += event.arguments ?? "";
      answer.calls.set(event.index, call);
      break;
    }
    case "opaque":
      answer.opaque.push({ data: event.data, position: (answer.text === "" ? 0 : 1) + answer.calls.size });
      break;
    case "own_tool_call": {
      const use = { text: answer.text, opaque: answer.opaque, call: event.call };
      answer.text = "";
      answer.opaque = [];
      return use;
    }
    case "usage":
      answer.usage = event.usage;
      break;
    case "finish":
      answer.finish = event.reason;
      break;
  }
  return null;
}

function charactersOf(event: ModelEvent): number {
  switch (event.type) {
    case "text_delta":
      return event.text.length;
    case "tool_call_delta":
      return (event.name?.length ?? 0) + (event.arguments?.length ?? 0);
    case "opaque":
      return event.data.length;
    case "own_tool_call":
      return JSON.stringify(event.call).length;
    default:
      return 0;
  }
}

export function addUsage(left: Usage, right: Usage | null): Usage {
  if (!right) return left;
  return {
    prompt_tokens: left.prompt_tokens + right.prompt_tokens,
    completion_tokens: left.completion_tokens + right.completion_tokens,
    total_tokens: left.total_tokens + right.total_tokens,
  };
}

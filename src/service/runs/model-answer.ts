/** What a model has answered, put together from its events. */
import type { Usage } from "../../contract/objects.ts";
import { ModelError, type ModelEvent } from "../../models/model.ts";

export interface AnsweredCall {
  id: string | null;
  name: string;
  arguments: string;
}

export interface ModelAnswer {
  text: string;
  /** By the index that the model gives its calls. */
  calls: Map<number, AnsweredCall>;
  usage: Usage | null;
  finish: "stop" | "length" | null;
}

/** Characters of text and arguments together; a model that says more has lost its way. */
const MAX_CHARACTERS = 4_000_000;

export function emptyAnswer(): ModelAnswer {
  return { text: "", calls: new Map(), usage: null, finish: null };
}

/** Adds an event to the answer. Throws a `ModelError` when the answer grows beyond all measure. */
export function addToAnswer(answer: ModelAnswer, event: ModelEvent): void {
  switch (event.type) {
    case "text_delta":
      answer.text += event.text;
      break;
    case "tool_call_delta": {
      const call = answer.calls.get(event.index) ?? { id: null, name: "", arguments: "" };
      call.id ??= event.id ?? null;
      call.name += event.name ?? "";
      call.arguments += event.arguments ?? "";
      answer.calls.set(event.index, call);
      break;
    }
    case "usage":
      answer.usage = event.usage;
      break;
    case "finish":
      answer.finish = event.reason;
      break;
  }
  let size = answer.text.length;
  for (const call of answer.calls.values()) size += call.arguments.length + call.name.length;
  if (size > MAX_CHARACTERS) {
    throw new ModelError("server_error", `The model's answer is longer than ${MAX_CHARACTERS} characters.`);
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

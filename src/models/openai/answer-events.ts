/** What the SDK hands out, as a model's events. */
import type { Usage } from "../../contract/objects.ts";
import type { FinishReason, ModelEvent } from "../model.ts";
import { codeRun } from "./code-interpreter.ts";
import { type Place, ProviderFailure } from "./failure.ts";
import { ReasoningItems } from "./opaque-reasoning.ts";
import type {
  SdkAnswer,
  SdkFinishReason,
  SdkStreamPart,
  SdkToolCall,
  SdkToolResult,
  SdkUsage,
} from "./sdk.ts";
import { ThinkTags } from "./think-tags.ts";

/** The finish reasons with which servers say that something went wrong on their side. */
const GIVEN_UP = ["abort", "error"];

/** Events of one answer, part by part. */
export class AnswerEvents {
  readonly #place: Place;
  readonly #thinking: ThinkTags | null;
  readonly #reasoning = new ReasoningItems();
  /** Our index of each call and whether it has arguments yet, by the SDK's id. */
  readonly #calls = new Map<string, { index: number; written: boolean }>();
  /** What the provider's own tool was given, by the SDK's id of the call. */
  readonly #own = new Map<string, string>();

  /** @param thinksAloud whether the answer may begin with what the model thinks, between tags */
  constructor(place: Place, thinksAloud: boolean) {
    this.#place = place;
    this.#thinking = thinksAloud ? new ThinkTags() : null;
  }

  /** The events of a part of a stream. Throws what the stream says went wrong. */
  of(part: SdkStreamPart): ModelEvent[] {
    switch (part.type) {
      case "reasoning-start":
      case "reasoning-end":
        this.#reasoning.add(part.id, "", part.providerMetadata);
        return [];
      case "reasoning-delta":
        this.#reasoning.add(part.id, part.delta, part.providerMetadata);
        return [];
      case "text-delta":
        return [...this.#opaque(), ...this.#answer(part.delta)];
      case "tool-input-start":
        if (part.providerExecuted) return [];
        return [...this.#opaque(), ...this.#call(part.id, part.toolName)];
      case "tool-input-delta":
        return this.#arguments(part.id, part.delta);
      case "tool-call":
        return this.#toolCall(part);
      case "tool-result":
        return this.#ownCall(part);
      case "finish":
        return this.#finish(part.finishReason, part.usage);
      case "error":
        throw part.error;
      default:
        return [];
    }
  }

  /** The events of an answer that came as a whole. */
  ofWhole({ content, finishReason, usage }: SdkAnswer): ModelEvent[] {
    const events = content.flatMap((part, index): ModelEvent[] => {
      if (part.type === "reasoning") {
        this.#reasoning.add(String(index), part.text, part.providerMetadata);
        return [];
      }
      if (part.type === "text") return [...this.#opaque(), ...this.#answer(part.text)];
      if (part.type === "tool-result") return this.#ownCall(part);
      return part.type === "tool-call" ? this.#toolCall(part) : [];
    });
    return [...events, ...this.#finish(finishReason, usage)];
  }

  #opaque(): ModelEvent[] {
    return this.#reasoning.take().map((data) => ({ type: "opaque", data }));
  }

  #answer(written: string): ModelEvent[] {
    return this.#text(this.#thinking?.answer(written) ?? written);
  }

  #text(text: string): ModelEvent[] {
    return text === "" ? [] : [{ type: "text_delta", text }];
  }

  #call(id: string, name: string): ModelEvent[] {
    const index = this.#calls.size;
    this.#calls.set(id, { index, written: false });
    return [{ type: "tool_call_delta", index, name }];
  }

  #arguments(id: string, written: string): ModelEvent[] {
    const call = this.#calls.get(id);
    if (!call || written === "") return [];
    call.written = true;
    return [{ type: "tool_call_delta", index: call.index, arguments: written }];
  }

  #toolCall({ toolCallId, toolName, input, providerExecuted }: SdkToolCall): ModelEvent[] {
    if (!providerExecuted) return [...this.#opaque(), ...this.#wholeCall(toolCallId, toolName, input)];
    this.#own.set(toolCallId, input);
    return [];
  }

  #ownCall({ toolCallId, result }: SdkToolResult): ModelEvent[] {
    const { call, kept } = codeRun(toolCallId, this.#own.get(toolCallId) ?? "", result);
    return [...this.#opaque(), { type: "opaque", data: kept }, { type: "own_tool_call", call }];
  }

  /** Says what of the call was not said yet. Models write nothing for a function without parameters. */
  #wholeCall(id: string, name: string, input: string): ModelEvent[] {
    const begun = this.#calls.has(id) ? [] : this.#call(id, name);
    if (this.#calls.get(id)?.written) return begun;
    return [...begun, ...this.#arguments(id, input.trim() === "" ? "{}" : input)];
  }

  #finish(reason: SdkFinishReason, usage: SdkUsage): ModelEvent[] {
    const used = usageOf(usage);
    const finished = this.#reason(reason);
    return [
      ...this.#text(this.#thinking?.rest(this.#calls.size > 0) ?? ""),
      ...this.#opaque(),
      ...(used ? [{ type: "usage", usage: used } as const] : []),
      { type: "finish", reason: finished },
    ];
  }

  /** A refusal is an answer in words; only the provider's filter is one cut off. */
  #reason({ unified, raw }: SdkFinishReason): FinishReason {
    if (unified === "length") return "length";
    if (unified === "content-filter" && raw === "content_filter") return "content_filter";
    if (unified === "error" || (raw !== undefined && GIVEN_UP.includes(raw))) {
      throw new ProviderFailure(`The model gave up: ${raw ?? "it did not say why"}`, this.#place);
    }
    return "stop";
  }
}

/** Null where the server has not counted. */
function usageOf({ inputTokens, outputTokens }: SdkUsage): Usage | null {
  if (inputTokens.total === undefined && outputTokens.total === undefined) return null;
  const prompt_tokens = inputTokens.total ?? 0;
  const completion_tokens = outputTokens.total ?? 0;
  return { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens };
}

/**
 * Makes of what servers send over Chat Completions what its reference says they send: only the fields that are
 * read, tool calls with an index, an id, a type and arguments as text.
 */
import { type Fields, isRecord } from "./json.ts";

/** The pieces of one stream. It remembers which tool calls have begun. */
export class ChatStream {
  /** By the server's id: the call that had it last, and by the server's index. `own` and the values are our index. */
  readonly #byId = new Map<string, { own: number; index: unknown; name: string }>();
  readonly #byIndex = new Map<number, number>();
  #calls = 0;
  #finished = false;

  /** Whether the server has said that its answer is whole. */
  get finished(): boolean {
    return this.#finished;
  }

  /** The chunk as the reference has it. */
  chunk(sent: Fields): object {
    const choice = firstChoice(sent);
    if (!choice) return { choices: [], ...head(sent) };
    const reason = choice["finish_reason"] || null;
    if (typeof reason === "string") this.#finished = true;
    const delta = isRecord(choice["delta"]) ? choice["delta"] : {};
    const tools = list(delta["tool_calls"]).map((call) => this.#call(call));
    const said = { content: textOf(delta["content"]), refusal: textOf(delta["refusal"]) };
    return {
      ...head(sent),
      choices: [
        {
          index: 0,
          delta: { ...said, ...(tools.length > 0 ? { tool_calls: tools } : {}) },
          finish_reason: reason,
        },
      ],
    };
  }

  #call(sent: Fields): object {
    const called = isRecord(sent["function"]) ? sent["function"] : {};
    const id = typeof sent["id"] === "string" ? sent["id"] : "";
    const name = typeof called["name"] === "string" ? called["name"] : "";
    const known = this.#known(id, sent["index"], name);
    const index = known ?? this.#calls++;
    if (id !== "" && known === null) this.#byId.set(id, { own: index, index: sent["index"], name });
    if (typeof sent["index"] === "number") this.#byIndex.set(sent["index"], index);
    const written = argumentsOf(called["arguments"]);
    // A name that comes again would begin another call.
    if (known !== null) return { index, function: { arguments: written } };
    return { index, id: `call_${index}`, type: "function", function: { name, arguments: written } };
  }

  /**
   * The call that a piece goes on with; null where it begins another. Some servers count from nought again for
   * every call, so an index alone does not hold against a new id together with a name.
   */
  #known(id: string, index: unknown, name: string): number | null {
    const same = id === "" ? undefined : this.#byId.get(id);
    // Some servers give every call the same id.
    if (same && (index === undefined || same.index === index) && (name === "" || same.name === name)) {
      return same.own;
    }
    if (name !== "" && (id !== "" || typeof index !== "number")) return null;
    if (typeof index === "number") return this.#byIndex.get(index) ?? null;
    return name === "" && this.#calls > 0 ? this.#calls - 1 : null;
  }
}

/** A whole answer as the reference has it; null where it is none. */
export function chatAnswer(sent: Fields): object | null {
  const choice = firstChoice(sent);
  if (!choice || !isRecord(choice["message"])) return null;
  const message = choice["message"];
  const calls = list(message["tool_calls"]).map((call, index) => {
    const called = isRecord(call["function"]) ? call["function"] : {};
    const name = String(called["name"] ?? "");
    return {
      id: `call_${index}`,
      type: "function",
      function: { name, arguments: argumentsOf(called["arguments"]) },
    };
  });
  const said = { content: textOf(message["content"]), refusal: textOf(message["refusal"]) };
  return {
    ...head(sent),
    choices: [
      {
        index: 0,
        message: { role: "assistant", ...said, ...(calls.length > 0 ? { tool_calls: calls } : {}) },
        finish_reason: choice["finish_reason"] ?? null,
      },
    ],
  };
}

function head(sent: Fields): Fields {
  const usage = isRecord(sent["usage"]) ? sent["usage"] : {};
  const { prompt_tokens, completion_tokens } = usage;
  if (typeof prompt_tokens !== "number" || typeof completion_tokens !== "number") return {};
  return { usage: { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens } };
}

const firstChoice = (sent: Fields): Fields | null => list(sent["choices"])[0] ?? null;

const list = (value: unknown): Fields[] => (Array.isArray(value) ? value.filter(isRecord) : []);

/** Text, or the text of parts. */
function textOf(value: unknown): string | null {
  if (typeof value === "string") return value;
  const parts = list(value).map((part) => part["text"]);
  return parts.length > 0 ? parts.filter((text) => typeof text === "string").join("") : null;
}

function argumentsOf(value: unknown): string {
  if (typeof value === "string") return value;
  return value === undefined || value === null ? "" : JSON.stringify(value);
}

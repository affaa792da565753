/** A model that does what the question says, so that the flow which asks it holds the whole scenario. */
import { setTimeout as pause } from "node:timers/promises";
import type { Model, ModelEvent, ModelItem, ModelRequest } from "../../../src/models/model.ts";
import { calls, hangs, type Script, says } from "../../scripted-model.ts";
import { type Part, partOf } from "./script-language.ts";

/** A model of this name fails whatever it is asked. */
export const BROKEN_MODEL = "broken";

const WORD_MS = 20;

const isQuestion = (item: ModelItem) => item.type === "message" && item.role === "user";

function questionOf(items: readonly ModelItem[]): string {
  const message = items.findLast(isQuestion);
  const parts = message?.type === "message" ? message.content : [];
  return parts.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("\n");
}

/** How often the run has called the flow since the question. */
function roundsSince(items: readonly ModelItem[]): number {
  const run = items.slice(items.findLastIndex(isQuestion) + 1);
  return run.filter((item, at) => item.type === "tool_call" && run[at - 1]?.type !== "tool_call").length;
}

/** The text with what the functions of this run returned in the places of their names. */
function quoteOutputs(text: string, items: readonly ModelItem[]): string {
  const run = items.slice(items.findLastIndex(isQuestion) + 1);
  return text.replace(/\{([\w-]+)\}/g, (written, name) => {
    const outputs = run.flatMap((item) =>
      item.type === "tool_output" && item.name === name ? [item.output] : [],
    );
    return outputs.length > 0 ? outputs.join(", ") : written;
  });
}

function scriptOf(part: Part, items: readonly ModelItem[]): Script {
  if (part.does === "call") return calls(...part.calls);
  const text = quoteOutputs(part.text, items);
  if (part.does === "say") return says(text);
  if (part.does === "hang") return hangs(text).script;
  if (part.does === "slowly") return slowly(text);
  return failing(text);
}

function failing(text: string): Script {
  return async function* () {
    yield* [];
    throw new Error(text);
  };
}

function slowly(text: string): Script {
  return async function* (_request, signal) {
    for (const word of text.split(/(?<= )/)) {
      yield { type: "text_delta", text: word };
      await pause(WORD_MS, undefined, { signal });
    }
    yield* says()(_request, signal);
  };
}

/** @param onCall told of the question of each model call, before it is answered */
export function createScriptedModel(onCall: (question: string) => void): Model {
  /** How often each question has been asked from the start. */
  const attempts = new Map<string, number>();
  return {
    async *generate(request: ModelRequest, signal: AbortSignal): AsyncGenerator<ModelEvent> {
      const question = questionOf(request.items);
      const round = roundsSince(request.items);
      if (round === 0) attempts.set(question, (attempts.get(question) ?? 0) + 1);
      onCall(question);
      if (request.model === BROKEN_MODEL) throw new Error(`The model ${BROKEN_MODEL} is out of order.`);
      const part = partOf(question, attempts.get(question) ?? 1, round);
      yield* scriptOf(part, request.items)(request, signal);
    },
  };
}

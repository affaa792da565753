import type { Model, ModelContent, ModelEvent, ModelRequest } from "../model.ts";
import { withoutOwnTools } from "../own-tools.ts";
import { REHEARSAL } from "../settings.ts";
import { estimateTokens } from "../tokens.ts";
import { writeAnswer } from "./answer.ts";
import { type Call, chooseCalls } from "./choose-calls.ts";
import { readConversation } from "./conversation.ts";
import { formatAnswer } from "./json-answer.ts";
import { callEvents, paced, textEvents } from "./stream.ts";

/** What one request is answered with. */
type Reply = { calls: Call[] } | { text: string };

function reply(request: ModelRequest): Reply {
  const conversation = readConversation(request.items);
  const { calls, leftOut } = chooseCalls(request, conversation);
  if (calls.length > 0) return { calls };
  const answer = writeAnswer(conversation, leftOut, request.file_search);
  return { text: formatAnswer(answer, request.response_format) };
}

/** The beginning of a text that has no more than so many tokens. */
function cut(text: string, tokens: number): string {
  if (estimateTokens(text) <= tokens) return text;
  const characters = [...text];
  const start = (length: number) => characters.slice(0, length).join("");
  let [fits, exceeds] = [0, characters.length];
  while (exceeds - fits > 1) {
    const middle = Math.floor((fits + exceeds) / 2);
    if (estimateTokens(start(middle)) <= tokens) fits = middle;
    else exceeds = middle;
  }
  return start(fits);
}

/** Of an image that is data nothing is counted. */
function asText(part: ModelContent): string {
  if (part.type === "text") return part.text;
  return part.type === "image_url" ? part.url : "";
}

function promptTokens(request: ModelRequest): number {
  const said = request.items.map((item) => {
    if (item.type === "tool_call") return item.name + item.arguments;
    if (item.type === "tool_output") return item.output;
    if (item.type === "opaque") return item.data;
    return item.content.map(asText).join("\n");
  });
  const functions = request.functions.map((definition) => JSON.stringify(definition));
  return [request.instructions, ...said, ...functions].reduce((sum, text) => sum + estimateTokens(text), 0);
}

function* eventsOf(request: ModelRequest): Generator<ModelEvent> {
  const { max_completion_tokens: most } = request;
  const told = withoutOwnTools(request);
  const answer = reply(request);
  let written = "";
  let cutShort = false;
  if ("calls" in answer) {
    written = answer.calls.map((call) => call.name + call.arguments).join("\n");
    yield* callEvents(answer.calls);
  } else {
    written = most === null ? answer.text : cut(answer.text, most);
    cutShort = written !== answer.text;
    yield* textEvents(written);
  }
  const prompt = promptTokens(told);
  const completion = estimateTokens(written);
  const usage = { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion };
  yield { type: "usage", usage };
  yield { type: "finish", reason: cutShort ? "length" : "stop" };
}

/**
 * A model without AI for trying flows offline. It calls the functions that share a word with the question,
 * filled from the question and from what they return, then quotes their outputs. The same request always
 * gets the same events.
 * @param pace milliseconds to wait after each chunk of a text or call; 0 for none.
 */
export function createRehearsal({ pace }: { pace: number }): Model {
  return {
    name: REHEARSAL,
    async *generate(request, signal) {
      signal.throwIfAborted();
      yield* paced(eventsOf(request), pace, signal);
    },
  };
}

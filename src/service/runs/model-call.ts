/** One call of a model: streamed, stopped at once when the signal says so, and never silent for ever. */
import { setImmediate as turn } from "node:timers/promises";
import { type Model, ModelError, type ModelRequest } from "../../models/model.ts";
import { orAborted } from "../or-aborted.ts";
import { addToAnswer, type ModelAnswer, type OwnToolUse } from "./model-answer.ts";

const EVENTS_A_TURN = 1000;

export interface ModelCall {
  model: Model;
  request: ModelRequest;
  signal: AbortSignal;
  /** How long the model may say nothing. */
  silenceSeconds: number;
  /** Called with each piece of text, once it is part of the answer. */
  onText(text: string): void;
  /** Called with each use of a tool of the model's own; the answer's text begins anew behind it. */
  onOwnTool(use: OwnToolUse): void;
}

/**
 * Streams the model's answer into `answer`, which holds what was said even when this rejects: with the
 * signal's reason, or with what went wrong at the model.
 */
export async function callModel(call: ModelCall, answer: ModelAnswer): Promise<void> {
  const silence = new AbortController();
  const signal = AbortSignal.any([call.signal, silence.signal]);
  const fallSilent = () =>
    silence.abort(new ModelError("server_error", `The model said nothing for ${call.silenceSeconds} s.`));
  let events = 0;
  let timer = setTimeout(fallSilent, call.silenceSeconds * 1000);
  try {
    for await (const event of untilAborted(call.model.generate(call.request, signal), signal)) {
      clearTimeout(timer);
      timer = setTimeout(fallSilent, call.silenceSeconds * 1000);
      const use = addToAnswer(answer, event);
      if (use) call.onOwnTool(use);
      if (event.type === "text_delta" && event.text !== "") call.onText(event.text);
      // A model that never waits would let nothing else happen, its own end included.
      if (++events % EVENTS_A_TURN === 0) await turn();
      // Whatever comes after its end is no more waited for.
      if (event.type === "finish") return;
    }
  } finally {
    clearTimeout(timer);
  }
  if (answer.finish === null)
    throw new ModelError("server_error", "The model's answer broke off before its end.");
}

/** The same events, ended by the signal even where the iterable does not listen to it. */
async function* untilAborted<T>(events: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T> {
  const iterator = events[Symbol.asyncIterator]();
  let ended = false;
  try {
    for (;;) {
      const result = await orAborted(iterator.next(), signal);
      if (result.done) {
        ended = true;
        return;
      }
      yield result.value;
    }
  } finally {
    // The signal has told the model; nobody waits for one that does not hear, nor for what it says then.
    if (!ended) iterator.return?.().catch(() => {});
  }
}

import { setImmediate, setTimeout } from "node:timers/promises";
import type { ModelEvent } from "../model.ts";
import type { Call } from "./choose-calls.ts";

/** A word with the space before it; of a long one, or of a script without spaces, some characters. */
const chunk = /\s*\S{1,12}|\s+/gu;

/** Events that go out without a wait before everybody else gets a turn. */
const eventsATurn = 100;

/** A text in pieces. */
export function* textEvents(text: string): Generator<ModelEvent> {
  for (const [piece] of text.matchAll(chunk)) yield { type: "text_delta", text: piece };
}

/** Calls one after the other: the name, then the arguments in pieces. */
export function* callEvents(calls: readonly Call[]): Generator<ModelEvent> {
  for (const [index, call] of calls.entries()) {
    yield { type: "tool_call_delta", index, name: call.name, arguments: "" };
    for (const [piece] of call.arguments.matchAll(chunk)) {
      yield { type: "tool_call_delta", index, arguments: piece };
    }
  }
}

/**
 * Sends events with a wait after each delta.
 * @param pace milliseconds; 0 for as fast as they are taken.
 * @throws the signal's reason as soon as it is aborted, in a wait too.
 */
export async function* paced(
  events: Iterable<ModelEvent>,
  pace: number,
  signal: AbortSignal,
): AsyncGenerator<ModelEvent> {
  let sent = 0;
  for (const event of events) {
    yield event;
    signal.throwIfAborted();
    if (event.type === "usage" || event.type === "finish") continue;
    sent += 1;
    if (pace <= 0 && sent % eventsATurn > 0) continue;
    await (pace > 0 ? setTimeout(pace, undefined, { signal }) : setImmediate(undefined, { signal })).catch(
      (error: unknown) => {
        signal.throwIfAborted();
        throw error;
      },
    );
  }
}

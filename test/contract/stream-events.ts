/** What comes out of a stream, looked at as tests need it. */
import assert from "node:assert/strict";
import type { EventData, EventName, StreamEvent } from "../../src/contract/events.ts";
import type { FunctionStepCall } from "../../src/contract/objects.ts";

/** A run from its making to its first piece of text. */
export const SPEAKING = [
  "thread.run.created",
  "thread.run.queued",
  "thread.run.in_progress",
  "thread.run.step.created",
  "thread.run.step.in_progress",
  "thread.message.created",
  "thread.message.in_progress",
  "thread.message.delta",
];

/** A step of calls, until its outputs are awaited. */
export const CALLING = [
  "thread.run.step.created",
  "thread.run.step.in_progress",
  "thread.run.step.delta",
  "thread.run.requires_action",
];

/** All events, in order. */
export async function read(stream: AsyncIterable<StreamEvent>): Promise<StreamEvent[]> {
  const events: StreamEvent[] = [];
  for await (const event of stream) events.push(event);
  return events;
}

/** Their names; pieces that follow each other count as one: how many there are is not said. */
export function names(events: StreamEvent[]): string[] {
  return events
    .map(({ event }) => event)
    .filter((event, index, all) => !event.endsWith(".delta") || all[index - 1] !== event);
}

/** The data of the only event of that name. */
export function dataOf<Name extends EventName>(events: StreamEvent[], name: Name): EventData[Name] {
  const isNamed = (event: StreamEvent): event is StreamEvent & { data: EventData[Name] } =>
    event.event === name;
  const [first, ...more] = events.filter(isNamed);
  assert.ok(first && more.length === 0, `${name} comes once`);
  return first.data;
}

/** The text that the pieces make up. */
export const textOf = (events: StreamEvent[]) =>
  events
    .flatMap(({ event, data }) => (event === "thread.message.delta" ? data.delta.content : []))
    .map((part) => part.text.value)
    .join("");

/** The calls of functions that the pieces make up, by index, as the official SDKs put them together. */
export function callsOf(events: StreamEvent[]): FunctionStepCall[] {
  const calls: FunctionStepCall[] = [];
  const pieces = events.flatMap(({ event, data }) =>
    event === "thread.run.step.delta" ? data.delta.step_details.tool_calls : [],
  );
  for (const { index, id = "", type, function: piece } of pieces.filter((each) => each.type === "function")) {
    const call = calls[index] ?? { id: "", type, function: { name: "", arguments: "", output: null } };
    calls[index] = call;
    call.id += id;
    call.function.name += piece.name ?? "";
    call.function.arguments += piece.arguments ?? "";
    call.function.output = piece.output ?? call.function.output;
  }
  return calls;
}

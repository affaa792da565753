/** What comes out of a stream, looked at as tests need it. */
import assert from "node:assert/strict";
import type { EventData, EventName, StreamEvent } from "../../src/contract/events.ts";

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

/** Their names; pieces of text that follow each other count as one, for they may have been put together. */
export function names(events: StreamEvent[]): string[] {
  return events
    .map(({ event }) => event)
    .filter((event, index, all) => event !== "thread.message.delta" || all[index - 1] !== event);
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

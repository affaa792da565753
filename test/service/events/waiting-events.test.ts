import assert from "node:assert/strict";
import type { StreamEvent } from "../../../src/contract/events.ts";
import { textDelta, waitingEvents } from "../../../src/service/events/waiting-events.ts";
import { sampleThread } from "../sample-objects.ts";

const piece = (id: string, text: string): StreamEvent => {
  return { event: "thread.message.delta", data: textDelta(id, text) };
};
/** So many that work which grew with their square would take much longer than this test may. */
const PIECES = 50_000;
const other: StreamEvent = { event: "thread.created", data: sampleThread() };

/** Everything that waits after the events were added. */
function waiting(...events: StreamEvent[]): StreamEvent[] {
  const queue = waitingEvents();
  for (const event of events) queue.add(event);
  const taken: StreamEvent[] = [];
  for (let event = queue.take(); event; event = queue.take()) taken.push(event);
  return taken;
}

describe("the events that wait for a reader", () => {
  it("come out in their order", () => {
    const events = [other, piece("msg_1", "a"), other];
    assert.deepEqual(waiting(...events), events);
  });

  it("are one where they are pieces of one message's text, however many there are", function () {
    this.timeout(8000);
    const texts = Array.from({ length: PIECES }, (_, index) => `${index},`);
    const pieces = texts.map((text) => piece("msg_1", text));
    const all = texts.join("");
    assert.deepEqual(waiting(...pieces), [piece("msg_1", all)]);
  });

  it("stay apart where something came between, or where they are of two messages", () => {
    const events = [piece("msg_1", "a"), other, piece("msg_1", "b"), piece("msg_2", "c")];
    assert.deepEqual(waiting(...events), events);
  });

  it("leave as it is what another reader has got", () => {
    const first = piece("msg_1", "a");
    waiting(first, piece("msg_1", "b"));
    assert.deepEqual(first, piece("msg_1", "a"));
  });
});

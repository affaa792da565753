import assert from "node:assert/strict";
import type { ModelEvent, ModelRequest } from "../../../src/models/model.ts";
import { createRehearsal } from "../../../src/models/rehearsal/rehearsal.ts";
import { estimateTokens } from "../../../src/models/tokens.ts";
import { ask, declared, eventsFor, requestOf, says, step } from "./ask.ts";

const hello = { items: [says("Hello, this is a message with more words than one")] };
const call: Partial<ModelRequest> = {
  items: [says('Open the door "main gate of the south wing"')],
  functions: [declared("open_door", "Opens a door.", { door: { type: "string" } })],
};

const types = (events: ModelEvent[]) => events.map((event) => event.type);

describe("rehearsal: the stream", () => {
  it("sends a text in pieces of a word, then usage, then finish", async () => {
    const sent = types(await eventsFor(hello));
    assert.ok(sent.length > 10);
    assert.deepEqual([...new Set(sent)], ["text_delta", "usage", "finish"]);
    assert.deepEqual(sent.slice(-2), ["usage", "finish"]);
  });

  it("sends a text without spaces in pieces too", async () => {
    const plain = await eventsFor({ items: [says("")] });
    const long = await eventsFor({ items: [says("이".repeat(400))] });
    assert.ok(long.length > plain.length + 30);
  });

  it("sends the name of a call first, then its arguments, without an id", async () => {
    const deltas = (await eventsFor(call)).filter((event) => event.type === "tool_call_delta");
    assert.deepEqual(deltas[0], { type: "tool_call_delta", index: 0, name: "open_door", arguments: "" });
    assert.ok(deltas.length > 2);
    assert.ok(deltas.slice(1).every((delta) => !("name" in delta) && !("id" in delta)));
  });

  it("numbers the calls of a step", async () => {
    const functions = [declared("open_door", "Opens a door."), declared("close_door", "Closes a door.")];
    const events = await eventsFor({ items: [says("The door!")], functions });
    const indexes = events.flatMap((event) => (event.type === "tool_call_delta" ? [event.index] : []));
    assert.deepEqual([...new Set(indexes)], [0, 1]);
  });

  it("estimates usage from what was sent and what was written", async () => {
    const { text } = await ask(hello);
    const usage = (await eventsFor(hello)).find((event) => event.type === "usage")?.usage;
    const prompt = estimateTokens("Hello, this is a message with more words than one");
    const completion = estimateTokens(text);
    assert.deepEqual(usage, {
      prompt_tokens: prompt,
      completion_tokens: completion,
      total_tokens: prompt + completion,
    });
  });

  it("answers the same request with the same events", async () => {
    for (const given of [hello, call]) assert.deepEqual(await eventsFor(given), await eventsFor(given));
  });

  it("finishes with stop where the answer has room", async () => {
    const events = await eventsFor({ ...hello, max_completion_tokens: 1000 });
    assert.deepEqual(events.at(-1), { type: "finish", reason: "stop" });
  });

  it("cuts an answer at the limit and says so", async () => {
    const whole = await ask(hello);
    const given = { ...hello, max_completion_tokens: 9 };
    const { text } = await ask(given);
    assert.ok(whole.text.startsWith(text));
    assert.equal(estimateTokens(text), 9);
    assert.deepEqual((await eventsFor(given)).at(-1), { type: "finish", reason: "length" });
  });

  it("lets others have a turn within a long answer", async () => {
    let turns = 0;
    const count = () => {
      turns += 1;
      turning = setImmediate(count);
    };
    let turning = setImmediate(count);
    await ask({ items: [says("door"), ...step({ a: "word ".repeat(400), b: "word ".repeat(400) })] });
    clearImmediate(turning);
    assert.ok(turns >= 5);
  });
});

describe("rehearsal: pace and abort", () => {
  it("waits after each chunk", async () => {
    const started = performance.now();
    let chunks = 0;
    for await (const event of createRehearsal({ pace: 5 }).generate(
      requestOf(hello),
      AbortSignal.timeout(10_000),
    )) {
      if (event.type === "text_delta") chunks += 1;
    }
    // A timer may fire up to a millisecond early.
    assert.ok(performance.now() - started >= chunks * 4);
  });

  const reason = new Error("cancelled");
  const isReason = (error: unknown) => error === reason;

  it("ends in the middle of a wait with the signal's reason", async () => {
    const controller = new AbortController();
    const stream = createRehearsal({ pace: 3_600_000 }).generate(requestOf(hello), controller.signal);
    const events = stream[Symbol.asyncIterator]();
    await events.next();
    const waiting = events.next();
    controller.abort(reason);
    await assert.rejects(waiting, isReason);
  });

  it("ends between two chunks with the signal's reason", async () => {
    const controller = new AbortController();
    const stream = createRehearsal({ pace: 0 }).generate(requestOf(hello), controller.signal);
    const events = stream[Symbol.asyncIterator]();
    await events.next();
    controller.abort(reason);
    await assert.rejects(events.next(), isReason);
  });

  it("sends nothing when it was aborted before", async () => {
    const stream = createRehearsal({ pace: 0 }).generate(requestOf(hello), AbortSignal.abort(reason));
    await assert.rejects(stream[Symbol.asyncIterator]().next(), isReason);
  });
});

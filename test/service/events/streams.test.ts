import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import type { Worker } from "node:worker_threads";
import type { AssistantsApi } from "../../../src/contract/api.ts";
import type { StreamEvent } from "../../../src/contract/events.ts";
import type { Run } from "../../../src/contract/objects.ts";
import { EventReader } from "../../../src/service/events/event-reader.ts";
import { RunFeed } from "../../../src/service/events/run-feed.ts";
import { textDelta } from "../../../src/service/events/waiting-events.ts";
import type { Change } from "../../../src/service/store/store.ts";
import { calls, hangs, type Script, ScriptedModel, says } from "../../scripted-model.ts";
import { freshService, openCalls, startRun, untilRunEnds, untilRunIs } from "../running-service.ts";
import { insertRun, NEW_INTERNAL, sampleRun } from "../sample-objects.ts";

async function streamOf(api: AssistantsApi): Promise<AsyncIterator<StreamEvent>> {
  const { id: assistant_id } = await api.createAssistant({ model: "scripted" });
  return api.streamThreadAndRun({ assistant_id })[Symbol.asyncIterator]();
}

/** Reads until an event of that name has come. */
async function readTo(events: AsyncIterator<StreamEvent>, name: StreamEvent["event"]): Promise<StreamEvent> {
  for (;;) {
    const { value, done } = await events.next();
    assert.ok(!done, `the stream ended before ${name}`);
    if (value.event === name) return value;
  }
}

describe("streams of the service", () => {
  it("end with service_closed when it closes, after what was told by then", async () => {
    await using service = await freshService(new ScriptedModel(hangs("It is").script));
    const events = await streamOf(service.api);
    await readTo(events, "thread.message.delta");
    const waiting = events.next();
    await Promise.all([service.close(), assert.rejects(waiting, { code: "service_closed", status: 503 })]);
    assert.deepEqual(await events.next(), { done: true, value: undefined });
    assert.deepEqual(service.reported, []);
  });

  it("end with store_unavailable when the store is broken for good, and none begins after that", async () => {
    const worker = Promise.withResolvers<Worker>();
    process.once("worker", worker.resolve);
    await using service = await freshService(new ScriptedModel(hangs("It is").script));
    const events = await streamOf(service.api);
    await readTo(events, "thread.message.delta");
    const waiting = assert.rejects(events.next(), { code: "store_unavailable", status: 503 });
    await (await worker.promise).terminate();
    await waiting;
    const next = service.api.streamThreadAndRun({ assistant_id: "asst_1" })[Symbol.asyncIterator]().next();
    await assert.rejects(next, { code: "store_unavailable" });
  });

  it("go on though the run's time is postponed while its outputs are written", async () => {
    const model = new ScriptedModel(calls({ name: "get_weather" }), says("Sunny."));
    await using service = await freshService(model);
    const waiting = await untilRunIs(service.api, await startRun(service.api), "requires_action");
    const { thread_id, id: run_id, expires_at } = waiting;
    const tool_outputs = openCalls(waiting).map((tool_call_id) => ({ tool_call_id, output: "sunny" }));
    const postponed = service.waitUntil(run_id, (expires_at ?? 0) + 60);
    const names: string[] = [];
    for await (const { event } of service.api.streamToolOutputs({ thread_id, run_id, tool_outputs })) {
      names.push(event);
    }
    await postponed;
    assert.deepEqual([names[0], names.at(-1)], ["thread.run.step.completed", "thread.run.completed"]);
  });

  it("put together for a slow reader what the model said meanwhile", async () => {
    const PIECES = 1000;
    const script: Script = async function* () {
      for (let piece = 0; piece < PIECES; piece += 1) yield { type: "text_delta", text: `${piece},` };
      yield { type: "finish", reason: "stop" };
    };
    await using service = await freshService(new ScriptedModel(script));
    const events = await streamOf(service.api);
    const { data } = await readTo(events, "thread.run.created");
    assert.ok(data.object === "thread.run");
    await untilRunEnds(service.api, data);
    const rest: StreamEvent[] = [];
    for (let next = await events.next(); !next.done; next = await events.next()) rest.push(next.value);
    const deltas = rest.flatMap((event) => (event.event === "thread.message.delta" ? [event.data] : []));
    const all = Array.from({ length: PIECES }, (_, piece) => `${piece},`).join("");
    assert.deepEqual(
      deltas.map(({ delta }) => delta.content[0]?.text.value),
      [all],
    );
    assert.equal(rest.at(-1)?.event, "thread.run.completed");
  });

  it("end at once for a reader that goes away while it waits", async () => {
    await using service = await freshService(new ScriptedModel(hangs("It is").script));
    const events = await streamOf(service.api);
    await readTo(events, "thread.message.delta");
    const waiting = events.next();
    await events.return?.();
    assert.deepEqual(await waiting, { done: true, value: undefined });
  });
});

describe("a reader", () => {
  const run: Run = sampleRun();
  const piece: StreamEvent = { event: "thread.message.delta", data: textDelta("msg_1", "x") };

  it("is told nothing before its run has begun, whatever happens to the run", async () => {
    const feed = new RunFeed();
    const begun = Promise.withResolvers<void>();
    const reader = new EventReader((self) => {
      feed.follow(run, self);
      return begun.promise;
    });
    const first = reader.next();
    feed.say(run.id, "msg_1", "x");
    begun.reject(new Error("refused"));
    await assert.rejects(first, { message: "refused" });
    assert.deepEqual(await reader.next(), { done: true, value: undefined });
  });

  it("is told of its own run alone", async () => {
    const feed = new RunFeed();
    const reader = new EventReader(async (self) => feed.follow(run, self));
    const first = reader.next();
    feed.say("run_other", "msg_2", "other");
    feed.say(run.id, "msg_1", "x");
    assert.deepEqual(await first, { done: false, value: piece });
  });

  it("does not take anything from another reader of the run by going away", async () => {
    const feed = new RunFeed();
    const [one, two] = [1, 2].map(() => new EventReader(async (self) => feed.follow(run, self)));
    const [first, second] = [one?.next(), two?.next()];
    await one?.return();
    feed.say(run.id, "msg_1", "x");
    assert.deepEqual(await first, { done: true, value: undefined });
    assert.deepEqual(await second, { done: false, value: piece });
  });

  it("is not told a state of its run twice", async () => {
    const feed = new RunFeed();
    const reader = new EventReader(async (self) => feed.follow(run, self));
    const first = reader.next();
    const working: Run = { ...run, status: "in_progress" };
    const move = (from: Run, object: Run): Change => {
      return { replace: "run", from: { object: from, version: 1 }, object, internal: NEW_INTERNAL };
    };
    feed.publish([insertRun(run)]);
    feed.publish([move(run, working)]);
    feed.publish([move(working, { ...working, metadata: { a: "b" } })]);
    feed.publish([move(working, { ...working, status: "completed" })]);
    const names: string[] = [];
    for (let next = await first; !next.done; next = await reader.next()) names.push(next.value.event);
    assert.deepEqual(names, [
      "thread.run.created",
      "thread.run.queued",
      "thread.run.in_progress",
      "thread.run.completed",
    ]);
  });

  it("that was given up before its run could begin is not followed", async () => {
    const feed = new RunFeed();
    const giveUp = new AbortController();
    const mayBegin = Promise.withResolvers<void>();
    const followed = Promise.withResolvers<void>();
    const reader = new EventReader(async (self) => {
      await mayBegin.promise;
      feed.follow(run, self);
      followed.resolve();
    }, giveUp.signal);
    let told = 0;
    reader.push = () => {
      told += 1;
    };
    const first = reader.next();
    giveUp.abort();
    await assert.rejects(first, { code: "call_aborted" });
    mayBegin.resolve();
    await followed.promise;
    feed.say(run.id, "msg_1", "x");
    assert.equal(told, 0);
    assert.deepEqual(await reader.next(), { done: true, value: undefined });
  });

  for (const [what, leave] of [
    ["breaks off", (reader: EventReader) => reader.return()],
    [
      "reads to the end",
      async (reader: EventReader) => {
        reader.end();
        await reader.next();
      },
    ],
  ] as const) {
    it(`that ${what} leaves nothing on its caller's signal`, async () => {
      const { signal } = new AbortController();
      const feed = new RunFeed();
      const reader = new EventReader(async (self) => feed.follow(run, self), signal);
      const first = reader.next();
      feed.say(run.id, "msg_1", "x");
      await first;
      assert.equal(getEventListeners(signal, "abort").length, 1);
      await leave(reader);
      assert.equal(getEventListeners(signal, "abort").length, 0);
    });
  }
});

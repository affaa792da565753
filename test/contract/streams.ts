import assert from "node:assert/strict";
import type { EventData, EventName, StreamEvent } from "../../src/contract/events.ts";
import type { Run } from "../../src/contract/objects.ts";
import { ModelError, type ModelEvent } from "../../src/models/model.ts";
import { calls, fails, hangs, type Script, says } from "../scripted-model.ts";
import { assertNotFound, assertRejects, errorOf } from "./rejections.ts";
import { atRest, inStatus, openCalls } from "./run-progress.ts";
import { functionTools, type Subject } from "./subject.ts";

const tools = functionTools("f");

/** A run from its making to its first piece of text. */
const SPEAKING = [
  "thread.run.created",
  "thread.run.queued",
  "thread.run.in_progress",
  "thread.run.step.created",
  "thread.run.step.in_progress",
  "thread.message.created",
  "thread.message.in_progress",
  "thread.message.delta",
];

const CALLING = [
  "thread.run.step.created",
  "thread.run.step.in_progress",
  "thread.run.step.delta",
  "thread.run.requires_action",
];

function sends(...events: ModelEvent[]): Script {
  return async function* () {
    yield* events;
  };
}

/** All events, in order. */
async function read(stream: AsyncIterable<StreamEvent>): Promise<StreamEvent[]> {
  const events: StreamEvent[] = [];
  for await (const event of stream) events.push(event);
  return events;
}

/** Their names; pieces of text that follow each other count as one, for they may have been put together. */
function names(events: StreamEvent[]): string[] {
  return events
    .map(({ event }) => event)
    .filter((event, index, all) => event !== "thread.message.delta" || all[index - 1] !== event);
}

/** The data of the only event of that name. */
function dataOf<Name extends EventName>(events: StreamEvent[], name: Name): EventData[Name] {
  const isNamed = (event: StreamEvent): event is StreamEvent & { data: EventData[Name] } =>
    event.event === name;
  const [first, ...more] = events.filter(isNamed);
  assert.ok(first && more.length === 0, `${name} comes once`);
  return first.data;
}

const textOf = (events: StreamEvent[]) =>
  events
    .flatMap(({ event, data }) => (event === "thread.message.delta" ? data.delta.content : []))
    .map((part) => part.text.value)
    .join("");

const text = (value: string) => [{ type: "text", text: { value, annotations: [] } }];

export function streamsSuite(subject: Subject): void {
  const next = (stream: AsyncIterable<StreamEvent>) => stream[Symbol.asyncIterator]().next();

  it("tells of a plain answer from the run's making to its end", async () => {
    const { assistant, thread_id } = await subject.scene([says("It is ", "sun", "ny.")]);
    const events = await read(subject.api.streamRun({ thread_id, assistant_id: assistant.id }));
    assert.deepEqual(names(events), [
      ...SPEAKING,
      "thread.message.completed",
      "thread.run.step.completed",
      "thread.run.completed",
    ]);
  });

  it("sends the objects that can be read afterwards, and pieces that make up the message", async () => {
    const { assistant, thread_id } = await subject.scene([says("It is ", "sun", "ny.")]);
    const events = await read(subject.api.streamRun({ thread_id, assistant_id: assistant.id }));
    const run = dataOf(events, "thread.run.completed");
    const message = dataOf(events, "thread.message.completed");
    const run_id = run.id;
    assert.deepEqual(run, await subject.api.getRun({ thread_id, run_id }));
    assert.deepEqual((await subject.api.listMessages({ thread_id, run_id })).data, [message]);
    assert.deepEqual((await subject.api.listRunSteps({ thread_id, run_id })).data, [
      dataOf(events, "thread.run.step.completed"),
    ]);
    assert.deepEqual([textOf(events), message.content], ["It is sunny.", text("It is sunny.")]);
    const created = dataOf(events, "thread.message.created");
    assert.deepEqual([created.id, created.status, created.content], [message.id, "in_progress", []]);
  });

  it("tells of a thread that is made for the run, and takes stream true for what it is", async () => {
    const { assistant } = await subject.scene([says("Hi")]);
    const thread = { messages: [{ role: "user" as const, content: "Hello" }] };
    const request = { assistant_id: assistant.id, thread, stream: true };
    const events = await read(subject.api.streamThreadAndRun(request));
    assert.deepEqual(names(events).slice(0, 9), ["thread.created", ...SPEAKING]);
    const { id: thread_id } = dataOf(events, "thread.created");
    assert.equal(dataOf(events, "thread.run.completed").thread_id, thread_id);
    assert.equal((await subject.api.listMessages({ thread_id })).data.length, 2);
  });

  it("ends where tool outputs are awaited, with the calls in a delta, and goes on with the outputs", async () => {
    const script = calls({ name: "f", arguments: '{"x":1}' }, { name: "f" });
    const { assistant, thread_id } = await subject.scene([script, says("Done")], { tools });
    const asked = await read(subject.api.streamRun({ thread_id, assistant_id: assistant.id }));
    assert.deepEqual(names(asked), [...SPEAKING.slice(0, 3), ...CALLING]);
    const waiting = dataOf(asked, "thread.run.requires_action");
    const made = waiting.required_action?.submit_tool_outputs.tool_calls ?? [];
    const created = dataOf(asked, "thread.run.step.created");
    const { id, delta } = dataOf(asked, "thread.run.step.delta");
    assert.deepEqual([id, created.step_details], [created.id, { type: "tool_calls", tool_calls: [] }]);
    assert.deepEqual(
      delta.step_details.tool_calls,
      made.map((call, index) => ({ index, ...call, function: { ...call.function, output: null } })),
    );

    const run_id = waiting.id;
    const tool_outputs = made.map((call) => ({ tool_call_id: call.id, output: "1" }));
    const resumed = await read(subject.api.streamToolOutputs({ thread_id, run_id, tool_outputs }));
    assert.deepEqual(names(resumed), [
      "thread.run.step.completed",
      "thread.run.queued",
      "thread.run.in_progress",
      ...SPEAKING.slice(3),
      "thread.message.completed",
      "thread.run.step.completed",
      "thread.run.completed",
    ]);
    assert.equal(textOf(resumed), "Done");
  });

  it("ends what the model said before it called, before the calls begin", async () => {
    const script: Script = async function* (request, signal) {
      yield { type: "text_delta", text: "Let me see." };
      yield* calls({ name: "f" })(request, signal);
    };
    const { assistant, thread_id } = await subject.scene([script], { tools });
    const events = await read(subject.api.streamRun({ thread_id, assistant_id: assistant.id }));
    assert.deepEqual(names(events), [
      ...SPEAKING,
      "thread.message.completed",
      "thread.run.step.completed",
      ...CALLING,
    ]);
  });

  it("shows a round of refused calls as a step, and the run in progress only once", async () => {
    const { assistant, thread_id } = await subject.scene([calls({ name: "x" }), says("Sorry")]);
    const events = await read(subject.api.streamRun({ thread_id, assistant_id: assistant.id }));
    assert.deepEqual(names(events), [
      ...SPEAKING.slice(0, 3),
      ...CALLING.slice(0, 3),
      "thread.run.step.completed",
      ...SPEAKING.slice(3),
      "thread.message.completed",
      "thread.run.step.completed",
      "thread.run.completed",
    ]);
  });

  it("tells how a run is cancelled, and what was said by then", async () => {
    const { script } = hangs("It ", "is");
    const { assistant, thread_id } = await subject.scene([script]);
    const events: StreamEvent[] = [];
    for await (const event of subject.api.streamRun({ thread_id, assistant_id: assistant.id })) {
      events.push(event);
      const run_id = dataOf(events.slice(0, 1), "thread.run.created").id;
      const heard = event.event === "thread.message.delta" && textOf(events) === "It is";
      if (heard) await subject.api.cancelRun({ thread_id, run_id });
    }
    assert.deepEqual(names(events), [
      ...SPEAKING,
      "thread.run.cancelling",
      "thread.message.incomplete",
      "thread.run.step.cancelled",
      "thread.run.cancelled",
    ]);
    assert.deepEqual(dataOf(events, "thread.message.incomplete").content, text("It is"));
  });

  it("tells of a model that fails", async () => {
    const script = fails(new ModelError("rate_limit_exceeded", "Too fast."));
    const { assistant, thread_id } = await subject.scene([script]);
    const events = await read(subject.api.streamRun({ thread_id, assistant_id: assistant.id }));
    assert.deepEqual(names(events), [...SPEAKING.slice(0, 3), "thread.run.failed"]);
    const { last_error } = dataOf(events, "thread.run.failed");
    assert.deepEqual(last_error, { code: "rate_limit_exceeded", message: "Too fast." });
  });

  it("tells of a model that fails in the middle of its answer", async () => {
    const script: Script = async function* () {
      yield { type: "text_delta", text: "It" };
      throw new ModelError("server_error", "No luck.");
    };
    const { assistant, thread_id } = await subject.scene([script]);
    const events = await read(subject.api.streamRun({ thread_id, assistant_id: assistant.id }));
    assert.deepEqual(names(events), [
      ...SPEAKING,
      "thread.message.incomplete",
      "thread.run.step.failed",
      "thread.run.failed",
    ]);
    assert.equal(textOf(events), "It");
  });

  it("tells of an answer that grew too long", async () => {
    const script = sends({ type: "text_delta", text: "It is" }, { type: "finish", reason: "length" });
    const { assistant, thread_id } = await subject.scene([script]);
    const events = await read(subject.api.streamRun({ thread_id, assistant_id: assistant.id }));
    assert.deepEqual(names(events), [
      ...SPEAKING,
      "thread.message.incomplete",
      "thread.run.step.completed",
      "thread.run.incomplete",
    ]);
  });

  it("tells of two runs at once, each to its own reader", async () => {
    const one = await subject.scene([says("one")]);
    const two = await subject.scene([says("two")]);
    const [first, second] = await Promise.all(
      [one, two].map(({ assistant, thread_id }) =>
        read(subject.api.streamRun({ thread_id, assistant_id: assistant.id })),
      ),
    );
    assert.deepEqual([textOf(first ?? []), textOf(second ?? [])], ["one", "two"]);
  });

  it("lets the run go on when its reader goes away", async () => {
    const { script, started, finish } = waits();
    const { assistant, thread_id } = await subject.scene([script]);
    let run: Run | null = null;
    for await (const { event, data } of subject.api.streamRun({ thread_id, assistant_id: assistant.id })) {
      if (event === "thread.run.created") run = data;
      if (event === "thread.message.delta") break;
    }
    await started;
    finish();
    assert.ok(run);
    assert.equal((await atRest(subject.api, run)).status, "completed");
  });

  it("gives a stream up when its signal says so, and lets the run go on", async () => {
    const { script, finish } = waits();
    const { assistant, thread_id } = await subject.scene([script]);
    const giveUp = new AbortController();
    const request = { thread_id, assistant_id: assistant.id };
    const reading = (async () => {
      for await (const { event } of subject.api.streamRun(request, { signal: giveUp.signal })) {
        if (event === "thread.message.delta") giveUp.abort(new Error("enough"));
      }
    })();
    await assert.rejects(reading, { name: "ContractError", code: "call_aborted" });
    finish();
    const [run] = (await subject.api.listRuns({ thread_id })).data;
    assert.ok(run);
    await inStatus(subject.api, run, "completed");
  });

  it("begins nothing before the first event is asked for", async () => {
    const { assistant, model, thread_id } = await subject.scene();
    subject.api.streamRun({ thread_id, assistant_id: assistant.id });
    assert.deepEqual((await subject.api.listRuns({ thread_id })).data, []);
    assert.equal(model.requests.length, 0);
  });

  it("ends the stream of a run whose thread is deleted", async () => {
    const { script } = hangs("It is");
    const { assistant, thread_id } = await subject.scene([script]);
    let run_id = "";
    const reading = (async () => {
      for await (const { event, data } of subject.api.streamRun({ thread_id, assistant_id: assistant.id })) {
        if (event === "thread.run.created") run_id = data.id;
        if (event === "thread.message.delta") await subject.api.deleteThread({ thread_id });
      }
    })();
    const { code, status, message } = await errorOf(reading);
    assert.deepEqual([code, status], ["run_not_found", 404]);
    assert.equal(message, `No run found with id '${run_id}'.`);
  });

  it("refuses a stream of an unknown assistant before it begins", async () => {
    const { thread_id } = await subject.scene();
    const call = next(subject.api.streamRun({ thread_id, assistant_id: "asst_none" }));
    await assertNotFound(call, "assistant_not_found", "No assistant found with id 'asst_none'.");
  });

  it("refuses a stream on a busy thread, and disturbs the run under way in nothing", async () => {
    const { script, started, finish } = waits();
    const { assistant, thread_id, run } = await subject.scene([script]);
    const active = await run();
    await started;
    await assertRejects(next(subject.api.streamRun({ thread_id, assistant_id: assistant.id })), {
      code: "thread_has_active_run",
      message: `Thread ${thread_id} already has an active run ${active.id}.`,
    });
    finish();
    assert.equal((await atRest(subject.api, active)).status, "completed");
  });

  it("refuses outputs that do not fit before the stream begins", async () => {
    const { thread_id, run } = await subject.scene([calls({ name: "f" })], { tools });
    const waiting = await atRest(subject.api, await run());
    const request = { thread_id, run_id: waiting.id, tool_outputs: [] };
    await assertRejects(next(subject.api.streamToolOutputs(request)), {
      code: "tool_outputs_mismatch",
      message: `Expected tool outputs for call_ids ['${openCalls(waiting)[0]}'], got []`,
    });
    assert.deepEqual(await subject.api.getRun({ thread_id, run_id: waiting.id }), waiting);
  });

  it("streams for one of two submissions at once, and refuses the other without an event", async () => {
    const { thread_id, run } = await subject.scene([calls({ name: "f" }), says("Done")], { tools });
    const waiting = await atRest(subject.api, await run());
    const tool_outputs = openCalls(waiting).map((tool_call_id) => ({ tool_call_id, output: "1" }));
    const submit = () => read(subject.api.streamToolOutputs({ thread_id, run_id: waiting.id, tool_outputs }));
    const results = await Promise.allSettled([submit(), submit()]);
    const told = results.flatMap((result) => (result.status === "fulfilled" ? [textOf(result.value)] : []));
    assert.deepEqual(told, ["Done"]);
  });

  it("refuses a method that streams where the body says that it must not", async () => {
    const { assistant, thread_id } = await subject.scene();
    const call = next(subject.api.streamRun({ thread_id, assistant_id: assistant.id, stream: false }));
    await assertRejects(call, {
      code: "stream_by_method",
      message:
        "Leave 'stream' out: whether the run is streamed is the method's choice. Call createRun instead.",
      param: "stream",
      wireCode: "unsupported_parameter",
    });
  });
}

/** Says "Wait" and the rest when the test says so. */
function waits() {
  const started = Promise.withResolvers<void>();
  const { promise, resolve: finish } = Promise.withResolvers<void>();
  const script: Script = async function* () {
    yield { type: "text_delta", text: "Wait" };
    started.resolve();
    await promise;
    yield { type: "text_delta", text: ", please." };
    yield { type: "finish", reason: "stop" };
  };
  return { script, started: started.promise, finish };
}

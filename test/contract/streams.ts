import assert from "node:assert/strict";
import type { StreamEvent } from "../../src/contract/events.ts";
import { ModelError, type ModelEvent } from "../../src/models/model.ts";
import { calls, fails, hangs, type Script, says } from "../scripted-model.ts";
import { CALLING, callsOf, dataOf, names, read, SPEAKING, textOf } from "./stream-events.ts";
import { functionTools, type Subject } from "./subject.ts";

const tools = functionTools("f");

function sends(...events: ModelEvent[]): Script {
  return async function* () {
    yield* events;
  };
}

const text = (value: string) => [{ type: "text", text: { value, annotations: [] } }];

export function streamsSuite(subject: Subject): void {
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

  it("ends where tool outputs are awaited, with the calls in pieces, and goes on with the outputs", async () => {
    const script = calls({ name: "f", arguments: '{"x":1}' }, { name: "f" });
    const { assistant, thread_id } = await subject.scene([script, says("Done")], { tools });
    const asked = await read(subject.api.streamRun({ thread_id, assistant_id: assistant.id }));
    assert.deepEqual(names(asked), [...SPEAKING.slice(0, 3), ...CALLING]);
    const waiting = dataOf(asked, "thread.run.requires_action");
    const made = waiting.required_action?.submit_tool_outputs.tool_calls ?? [];
    const created = dataOf(asked, "thread.run.step.created");
    assert.deepEqual(created.step_details, { type: "tool_calls", tool_calls: [] });
    const steps = asked.flatMap(({ event, data }) => (event === "thread.run.step.delta" ? [data.id] : []));
    assert.deepEqual([...new Set(steps)], [created.id]);
    assert.deepEqual(
      callsOf(asked),
      made.map((call) => ({ ...call, function: { ...call.function, output: null } })),
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

  it("brings each piece while the model speaks, however long it is silent after that", async () => {
    const heard = Promise.withResolvers<void>();
    const script: Script = async function* (request, signal) {
      yield { type: "text_delta", text: "a" };
      await heard.promise;
      yield* hangs("b").script(request, signal);
    };
    const { assistant, thread_id } = await subject.scene([script]);
    const events: StreamEvent[] = [];
    for await (const event of subject.api.streamRun({ thread_id, assistant_id: assistant.id })) {
      events.push(event);
      if (textOf(events) === "a") heard.resolve();
      if (textOf(events) === "ab") break;
    }
    const run_id = dataOf(events, "thread.run.created").id;
    await subject.api.cancelRun({ thread_id, run_id });
    assert.equal(textOf(events), "ab");
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
}

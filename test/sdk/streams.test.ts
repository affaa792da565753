/** Streamed runs with the official SDK: what its AssistantStream tells, and what it puts together. */
import assert from "node:assert/strict";
import { APIUserAbortError } from "openai";
import type { AssistantStream } from "openai/lib/AssistantStream";
import type { Message } from "openai/resources/beta/threads/messages";
import { calls, hangs, type Script, says } from "../scripted-model.ts";
import { functionTool, outputsFor, POLL, type ServedSdk, serveSdk } from "./served-sdk.ts";

const tools = [functionTool("f")];
const question = { messages: [{ role: "user" as const, content: "Hello" }] };

/** What a program is told, in order; pieces that follow each other count as one. */
function listen(stream: AssistantStream): string[] {
  const told: string[] = [];
  const names = [
    "messageCreated",
    "textCreated",
    "textDelta",
    "textDone",
    "messageDone",
    "runStepCreated",
    "runStepDelta",
    "runStepDone",
    "toolCallCreated",
    "toolCallDelta",
    "toolCallDone",
    "run",
    "end",
  ] as const;
  for (const name of names) {
    stream.on(name, () => {
      if (told.at(-1) !== name) told.push(name);
    });
  }
  return told;
}

function textOf(messages: Message[]): string {
  return messages
    .flatMap(({ content }) => content)
    .map((part) => (part.type === "text" ? part.text.value : ""))
    .join("");
}

describe("the official SDK: streams", () => {
  let sdk: ServedSdk;
  before(async () => {
    sdk = await serveSdk();
  });
  after(() => sdk[Symbol.asyncDispose]());

  it("tells of a plain answer, event by event", async () => {
    const { assistant, thread_id } = await sdk.scene([says("It is ", "sunny.")]);
    const stream = sdk.client.beta.threads.runs.stream(thread_id, { assistant_id: assistant.id });
    const told = listen(stream);
    await stream.done();
    assert.deepEqual(told, [
      "runStepCreated",
      "messageCreated",
      "textCreated",
      "textDelta",
      "textDone",
      "messageDone",
      "runStepDone",
      "run",
      "end",
    ]);
  });

  it("puts the message, the step and the run together", async () => {
    const { assistant, thread_id } = await sdk.scene([says("It is ", "sunny.")]);
    const { runs, messages } = sdk.client.beta.threads;
    const stream = runs.stream(thread_id, { assistant_id: assistant.id });
    let spoken = "";
    stream.on("textDelta", ({ value }, snapshot) => {
      spoken += value ?? "";
      assert.equal(snapshot.value, spoken);
    });
    const run = await stream.finalRun();
    const final = await stream.finalMessages();
    const steps = await stream.finalRunSteps();
    assert.deepEqual([spoken, textOf(final)], ["It is sunny.", "It is sunny."]);
    assert.deepEqual(run, await runs.retrieve(run.id, { thread_id }));
    assert.deepEqual(stream.currentRun(), run);
    assert.deepEqual(final, (await messages.list(thread_id, { run_id: run.id })).data);
    assert.deepEqual(steps, (await runs.steps.list(run.id, { thread_id })).data);
  });

  it("tells of tool calls, and puts their pieces together", async () => {
    const script = calls({ name: "f", arguments: '{"city":"Bonn"}' }, { name: "f" });
    const { assistant, thread_id } = await sdk.scene([script], { tools });
    const stream = sdk.client.beta.threads.runs.stream(thread_id, { assistant_id: assistant.id });
    const told = listen(stream);
    const done: unknown[] = [];
    stream.on("toolCallDone", (call) => done.push(call.type === "function" && call.function.arguments));
    const run = await stream.finalRun();
    assert.equal(run.status, "requires_action");
    const distinct = [...new Set(told)];
    assert.deepEqual(distinct.slice(0, 2), ["runStepCreated", "toolCallCreated"]);
    assert.ok(["toolCallCreated", "toolCallDelta", "toolCallDone"].every((name) => told.includes(name)));
    assert.deepEqual(done, ['{"city":"Bonn"}', "{}"]);
  });

  it("submits tool outputs and streams the rest", async () => {
    const { assistant, thread_id } = await sdk.scene([calls({ name: "f" }), says("Done")], { tools });
    const { runs } = sdk.client.beta.threads;
    const waiting = await runs.createAndPoll(thread_id, { assistant_id: assistant.id }, POLL);
    const request = { thread_id, tool_outputs: outputsFor(waiting) };
    const stream = runs.submitToolOutputsStream(waiting.id, request);
    const [run, messages] = [await stream.finalRun(), await stream.finalMessages()];
    assert.deepEqual([run.status, textOf(messages)], ["completed", "Done"]);
  });

  it("creates a thread and streams its run", async () => {
    const { assistant } = await sdk.scene([says("Hi")]);
    const request = { assistant_id: assistant.id, thread: question };
    const stream = sdk.client.beta.threads.createAndRunStream(request);
    const [run, messages] = [await stream.finalRun(), await stream.finalMessages()];
    assert.deepEqual([run.status, textOf(messages)], ["completed", "Hi"]);
  });

  it("is iterated event by event", async () => {
    const { assistant, thread_id } = await sdk.scene();
    const events: string[] = [];
    const stream = sdk.client.beta.threads.runs.stream(thread_id, { assistant_id: assistant.id });
    for await (const { event } of stream) events.push(event);
    assert.deepEqual([events.at(0), events.at(-1)], ["thread.run.created", "thread.run.completed"]);
  });

  it("hands out raw events where a program asks for a stream itself", async () => {
    const { assistant, thread_id } = await sdk.scene();
    const { threads } = sdk.client.beta;
    const asked = { assistant_id: assistant.id, stream: true as const };
    for (const stream of [
      await threads.runs.create(thread_id, asked),
      await threads.createAndRun({ ...asked, thread: question }),
    ]) {
      const events: string[] = [];
      for await (const { event } of stream) events.push(event);
      assert.equal(events.at(-1), "thread.run.completed");
    }
  });

  it("hands out raw events where a program submits outputs itself", async () => {
    const { assistant, thread_id } = await sdk.scene([calls({ name: "f" }), says("Done")], { tools });
    const { runs } = sdk.client.beta.threads;
    const waiting = await runs.createAndPoll(thread_id, { assistant_id: assistant.id }, POLL);
    const request = { thread_id, tool_outputs: outputsFor(waiting), stream: true as const };
    const events: string[] = [];
    for await (const { event } of await runs.submitToolOutputs(waiting.id, request)) events.push(event);
    assert.deepEqual([events.at(0), events.at(-1)], ["thread.run.step.completed", "thread.run.completed"]);
  });

  it("shows what it has put together so far", async () => {
    const { script, stopped } = hangs("It is");
    const { assistant, thread_id } = await sdk.scene([script]);
    const { runs } = sdk.client.beta.threads;
    const stream = runs.stream(thread_id, { assistant_id: assistant.id });
    await stream.emitted("textDelta");
    const message = stream.currentMessageSnapshot();
    const step = stream.currentRunStepSnapshot();
    assert.deepEqual([textOf(message ? [message] : []), message?.status], ["It is", "in_progress"]);
    assert.deepEqual(step?.step_details, {
      type: "message_creation",
      message_creation: { message_id: message?.id },
    });
    assert.equal(stream.currentEvent()?.event, "thread.message.delta");
    await runs.cancel(stream.currentRun()?.id ?? "", { thread_id });
    await stopped;
    assert.equal((await stream.finalRun()).status, "cancelled");
  });

  it("passes a stream on to another program", async () => {
    const { assistant, thread_id } = await sdk.scene([says("It is ", "sunny.")]);
    const stream = sdk.client.beta.threads.runs.stream(thread_id, { assistant_id: assistant.id });
    const { AssistantStream: Stream } = await import("openai/lib/AssistantStream");
    const passedOn = Stream.fromReadableStream(stream.toReadableStream());
    assert.equal(textOf(await passedOn.finalMessages()), "It is sunny.");
  });

  it("tells of a run that fails as of a run, not as of an error", async () => {
    const script: Script = async function* () {
      yield { type: "text_delta", text: "It is" };
      yield { type: "finish", reason: "length" };
    };
    const { assistant, thread_id } = await sdk.scene([script]);
    const stream = sdk.client.beta.threads.runs.stream(thread_id, { assistant_id: assistant.id });
    const run = await stream.finalRun();
    const [message] = await stream.finalMessages();
    assert.deepEqual(
      [run.status, message?.status, message?.incomplete_details],
      ["incomplete", "incomplete", { reason: "max_tokens" }],
    );
  });

  it("is aborted by the program, and the run goes on until it is cancelled", async () => {
    const { script, stopped } = hangs("It is");
    const { assistant, thread_id } = await sdk.scene([script]);
    const { runs } = sdk.client.beta.threads;
    const stream = runs.stream(thread_id, { assistant_id: assistant.id });
    stream.once("textDelta", () => stream.abort());
    await assert.rejects(stream.done(), APIUserAbortError);
    assert.equal(stream.aborted, true);
    const id = stream.currentRun()?.id ?? "";
    assert.equal((await runs.retrieve(id, { thread_id })).status, "in_progress");
    await runs.cancel(id, { thread_id });
    await stopped;
  });
});

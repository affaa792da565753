/** Runs and their steps with the official SDK: made, polled, given tool outputs, cancelled. */
import assert from "node:assert/strict";
import type { Run } from "openai/resources/beta/threads/runs/runs";
import { calls, hangs, says } from "../scripted-model.ts";
import { functionTool, outputsFor, POLL, type ServedSdk, serveSdk } from "./served-sdk.ts";

const tools = [functionTool("f")];

describe("the official SDK: runs", () => {
  let sdk: ServedSdk;
  before(async () => {
    sdk = await serveSdk();
  });
  after(() => sdk[Symbol.asyncDispose]());

  /** The text of the only message that a run has written. */
  async function answerOf({ id, thread_id }: Run): Promise<string> {
    const [message, ...more] = (await sdk.client.beta.threads.messages.list(thread_id, { run_id: id })).data;
    assert.ok(message && more.length === 0, "the run has written one message");
    const [part] = message.content;
    return part?.type === "text" ? part.text.value : "";
  }

  /** A run that waits for the output of one call. */
  async function waitingRun(): Promise<Run> {
    const { assistant, thread_id } = await sdk.scene([calls({ name: "f" }), says("Done")], { tools });
    return sdk.client.beta.threads.runs.createAndPoll(thread_id, { assistant_id: assistant.id }, POLL);
  }

  it("creates a run and polls it to its end", async () => {
    const { assistant, thread_id } = await sdk.scene([says("It is ", "sunny.")]);
    const { runs } = sdk.client.beta.threads;
    const run = await runs.createAndPoll(thread_id, { assistant_id: assistant.id }, POLL);
    assert.deepEqual([run.status, await answerOf(run)], ["completed", "It is sunny."]);
  });

  it("asks again as soon as the service lets it, where the program names no interval", async () => {
    const { assistant, thread_id } = await sdk.scene();
    const { runs } = sdk.client.beta.threads;
    const begun = performance.now();
    const run = await runs.createAndPoll(thread_id, { assistant_id: assistant.id });
    assert.equal(run.status, "completed");
    // The SDK's own interval would be five seconds.
    assert.ok(performance.now() - begun < 4000);
  });

  it("creates, retrieves, updates and lists a run", async () => {
    const { assistant, thread_id } = await sdk.scene();
    const { runs } = sdk.client.beta.threads;
    const created = await runs.create(thread_id, { assistant_id: assistant.id, metadata: { a: "1" } });
    assert.equal(created.status, "queued");
    const ended = await runs.poll(created.id, { thread_id }, POLL);
    assert.deepEqual(await runs.retrieve(created.id, { thread_id }), ended);
    const updated = await runs.update(created.id, { thread_id, metadata: { a: "2" } });
    assert.deepEqual(updated, { ...ended, metadata: { a: "2" } });
    assert.deepEqual((await runs.list(thread_id)).data, [updated]);
  });

  it("creates a thread and its run in one", async () => {
    const { assistant } = await sdk.scene();
    const { threads } = sdk.client.beta;
    const thread = { messages: [{ role: "user" as const, content: "Hello" }] };
    const created = await threads.createAndRun({ assistant_id: assistant.id, thread });
    const ended = await threads.runs.poll(created.id, { thread_id: created.thread_id }, POLL);
    assert.deepEqual([ended.status, await answerOf(ended)], ["completed", "Hi"]);
  });

  it("creates a thread and its run in one, and polls it to its end", async () => {
    const { assistant } = await sdk.scene();
    const thread = { messages: [{ role: "user" as const, content: "Hello" }] };
    const request = { assistant_id: assistant.id, thread };
    const run = await sdk.client.beta.threads.createAndRunPoll(request, POLL);
    assert.deepEqual([run.status, await answerOf(run)], ["completed", "Hi"]);
  });

  it("stops polling where the run waits for tool outputs", async () => {
    const { status, required_action } = await waitingRun();
    const [call] = required_action?.submit_tool_outputs.tool_calls ?? [];
    assert.deepEqual([status, call?.function], ["requires_action", { name: "f", arguments: "{}" }]);
  });

  it("submits tool outputs", async () => {
    const { id, thread_id, ...waiting } = await waitingRun();
    const { runs } = sdk.client.beta.threads;
    const tool_outputs = outputsFor({ id, thread_id, ...waiting });
    const queued = await runs.submitToolOutputs(id, { thread_id, tool_outputs });
    assert.equal(queued.status, "queued");
    const ended = await runs.poll(id, { thread_id }, POLL);
    assert.deepEqual([ended.status, await answerOf(ended)], ["completed", "Done"]);
  });

  it("submits tool outputs and polls the run to its end", async () => {
    const waiting = await waitingRun();
    const { id, thread_id } = waiting;
    const request = { thread_id, tool_outputs: outputsFor(waiting) };
    const ended = await sdk.client.beta.threads.runs.submitToolOutputsAndPoll(id, request, POLL);
    assert.deepEqual([ended.status, await answerOf(ended)], ["completed", "Done"]);
  });

  it("retrieves and lists the steps", async () => {
    const waiting = await waitingRun();
    const { steps } = sdk.client.beta.threads.runs;
    const { id: run_id, thread_id } = waiting;
    const [step, ...more] = (await steps.list(run_id, { thread_id })).data;
    assert.ok(step && more.length === 0, "there is one step");
    assert.deepEqual(await steps.retrieve(step.id, { thread_id, run_id }), step);
    const include = ["step_details.tool_calls[*].file_search.results[*].content" as const];
    assert.deepEqual(await steps.retrieve(step.id, { thread_id, run_id, include }), step);
    assert.deepEqual((await steps.list(run_id, { thread_id, include })).data, [step]);
  });

  it("cancels a run", async () => {
    const { script, started, stopped } = hangs("It is");
    const { assistant, thread_id } = await sdk.scene([script]);
    const { runs } = sdk.client.beta.threads;
    const { id } = await runs.create(thread_id, { assistant_id: assistant.id });
    await started;
    const cancelling = await runs.cancel(id, { thread_id });
    await stopped;
    const ended = await runs.poll(id, { thread_id }, POLL);
    assert.deepEqual([cancelling.status, ended.status], ["cancelling", "cancelled"]);
  });
});

import assert from "node:assert/strict";
import { calls, fails, hangs, type Script, says } from "../scripted-model.ts";
import { assertRejects } from "./rejections.ts";
import { atRest, inStatus, openCalls } from "./run-progress.ts";
import { functionTools, ModelsByName, type Subject } from "./subject.ts";

const tools = functionTools("a", "b");
const twoCalls = () => [calls({ name: "a" }, { name: "b" }), says("Done")];
const output = (tool_call_id: string) => ({ tool_call_id, output: "1" });

/** The outputs that are sent, by the ids of the two calls that the run waits for. */
const mismatches: Record<string, (a: string, b: string) => { tool_call_id?: string; output: string }[]> = {
  "none of them": () => [],
  "one of two": (a) => [output(a)],
  "one twice instead of the other": (a) => [output(a), output(a)],
  "one twice beside the other": (a, b) => [output(a), output(b), output(a)],
  "one unknown": (a) => [output(a), output("call_x")],
  "one unknown beside both": (a, b) => [output(a), output(b), output("call_x")],
  "one that names no call": (a) => [output(a), { output: "1" }],
};

const cutOff: Script = async function* () {
  yield { type: "finish", reason: "length" };
};

const list = (ids: (string | undefined)[]) => ids.map((id = "") => `'${id}'`).join(", ");

export function toolOutputErrorsSuite(subject: Subject): void {
  for (const [title, outputs] of Object.entries(mismatches)) {
    it(`refuses outputs for ${title} and leaves the run as it is`, async () => {
      const { model, thread_id, run } = await subject.scene(twoCalls(), { tools });
      const waiting = await atRest(subject.api, await run());
      const run_id = waiting.id;
      const [a = "", b = ""] = openCalls(waiting);
      const tool_outputs = outputs(a, b);
      const got = list(tool_outputs.map(({ tool_call_id }) => tool_call_id));
      await assertRejects(subject.api.submitToolOutputsToRun({ thread_id, run_id, tool_outputs }), {
        code: "tool_outputs_mismatch",
        message: `Expected tool outputs for call_ids [${list([a, b])}], got [${got}]`,
      });
      assert.deepEqual(await subject.api.getRun({ thread_id, run_id }), waiting);
      assert.equal(model.requests.length, 1);
      await subject.api.submitToolOutputsToRun({ thread_id, run_id, tool_outputs: [output(a), output(b)] });
      assert.equal((await atRest(subject.api, waiting)).status, "completed");
    });
  }

  it("refuses the outputs of another run's call", async () => {
    const other = await subject.scene([calls({ name: "a" })], { tools });
    const [foreign = ""] = openCalls(await atRest(subject.api, await other.run()));
    const { thread_id, run } = await subject.scene([calls({ name: "a" })], { tools });
    const waiting = await atRest(subject.api, await run());
    const request = { thread_id, run_id: waiting.id, tool_outputs: [output(foreign)] };
    await assertRejects(subject.api.submitToolOutputsToRun(request), {
      code: "tool_outputs_mismatch",
      message: `Expected tool outputs for call_ids [${list(openCalls(waiting))}], got ['${foreign}']`,
    });
  });

  it("refuses to stream after outputs and leaves the run as it is", async () => {
    const { thread_id, run } = await subject.scene(twoCalls(), { tools });
    const waiting = await atRest(subject.api, await run());
    const tool_outputs = openCalls(waiting).map(output);
    const request = { thread_id, run_id: waiting.id, tool_outputs, stream: true };
    await assertRejects(subject.api.submitToolOutputsToRun(request), {
      code: "stream_by_method",
      message:
        "Leave 'stream' out: whether the run is streamed is the method's choice. Call streamToolOutputs instead.",
      param: "stream",
      wireCode: "unsupported_parameter",
    });
    assert.deepEqual(await subject.api.getRun({ thread_id, run_id: waiting.id }), waiting);
  });

  const ends = { completed: says("Hi"), incomplete: cutOff, failed: fails(new Error("No luck.")) };
  for (const [status, script] of Object.entries(ends)) {
    it(`refuses outputs for a run that is ${status}`, async () => {
      const { thread_id, run } = await subject.scene([script]);
      const ended = await atRest(subject.api, await run());
      const request = { thread_id, run_id: ended.id, tool_outputs: [output("call_a")] };
      await assertRejects(subject.api.submitToolOutputsToRun(request), {
        code: "run_not_accepting_outputs",
        message: `Runs in status "${status}" do not accept tool outputs.`,
      });
      assert.deepEqual(await subject.api.getRun({ thread_id, run_id: ended.id }), ended);
    });
  }

  it("refuses outputs for a queued run", async () => {
    await using opened = await subject.implementation.open(new ModelsByName(), { concurrentRuns: 0 });
    const { api } = opened;
    const { id: assistant_id } = await api.createAssistant({ model: "m" });
    const { id: run_id, thread_id } = await api.createThreadAndRun({ assistant_id });
    const request = { thread_id, run_id, tool_outputs: [output("call_a")] };
    await assertRejects(api.submitToolOutputsToRun(request), {
      code: "run_not_accepting_outputs",
      message: 'Runs in status "queued" do not accept tool outputs.',
    });
  });

  it("refuses outputs for a run in progress", async () => {
    const { script, started } = hangs();
    const { thread_id, run } = await subject.scene([script]);
    const { id: run_id } = await run();
    await started;
    const request = { thread_id, run_id, tool_outputs: [output("call_a")] };
    await assertRejects(subject.api.submitToolOutputsToRun(request), {
      code: "run_not_accepting_outputs",
      message: 'Runs in status "in_progress" do not accept tool outputs.',
    });
    await subject.api.cancelRun({ thread_id, run_id });
  });

  it("refuses outputs for a run that was cancelled", async () => {
    const { thread_id, run } = await subject.scene(twoCalls(), { tools });
    const waiting = await atRest(subject.api, await run());
    await subject.api.cancelRun({ thread_id, run_id: waiting.id });
    const ended = await inStatus(subject.api, waiting, "cancelled");
    const tool_outputs = openCalls(waiting).map(output);
    await assertRejects(subject.api.submitToolOutputsToRun({ thread_id, run_id: waiting.id, tool_outputs }), {
      code: "run_not_accepting_outputs",
      message: 'Runs in status "cancelled" do not accept tool outputs.',
    });
    assert.deepEqual(await subject.api.getRun({ thread_id, run_id: waiting.id }), ended);
  });
}

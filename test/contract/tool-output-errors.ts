import assert from "node:assert/strict";
import { calls, hangs, says } from "../scripted-model.ts";
import { assertRejects } from "./rejections.ts";
import { atRest, inStatus } from "./run-progress.ts";
import { functionTools, type Subject } from "./subject.ts";

const tools = functionTools("a", "b");
const twoCalls = () => [calls({ name: "a", id: "call_a" }, { name: "b", id: "call_b" }), says("Done")];
const output = (tool_call_id: string) => ({ tool_call_id, output: "1" });

const mismatches = {
  "none of them": { tool_outputs: [], got: "" },
  "one of two": { tool_outputs: [output("call_a")], got: "'call_a'" },
  "one twice instead of the other": {
    tool_outputs: [output("call_a"), output("call_a")],
    got: "'call_a', 'call_a'",
  },
  "one twice beside the other": {
    tool_outputs: [output("call_a"), output("call_b"), output("call_a")],
    got: "'call_a', 'call_b', 'call_a'",
  },
  "one unknown": { tool_outputs: [output("call_a"), output("call_x")], got: "'call_a', 'call_x'" },
  "one unknown beside both": {
    tool_outputs: [output("call_a"), output("call_b"), output("call_x")],
    got: "'call_a', 'call_b', 'call_x'",
  },
  "one that names no call": { tool_outputs: [output("call_a"), { output: "1" }], got: "'call_a', ''" },
};

export function toolOutputErrorsSuite(subject: Subject): void {
  for (const [title, { tool_outputs, got }] of Object.entries(mismatches)) {
    it(`refuses outputs for ${title} and leaves the run as it is`, async () => {
      const { model, thread_id, run } = await subject.scene(twoCalls(), { tools });
      const waiting = await atRest(subject.api, await run());
      const run_id = waiting.id;
      await assertRejects(subject.api.submitToolOutputsToRun({ thread_id, run_id, tool_outputs }), {
        code: "tool_outputs_mismatch",
        message: `Expected tool outputs for call_ids ['call_a', 'call_b'], got [${got}]`,
      });
      assert.deepEqual(await subject.api.getRun({ thread_id, run_id }), waiting);
      assert.equal(model.requests.length, 1);
      await subject.api.submitToolOutputsToRun({
        thread_id,
        run_id,
        tool_outputs: [output("call_a"), output("call_b")],
      });
      assert.equal((await atRest(subject.api, waiting)).status, "completed");
    });
  }

  it("refuses the outputs of another run's call", async () => {
    const other = await subject.scene([calls({ name: "a", id: "call_other" })], { tools });
    await atRest(subject.api, await other.run());
    const { thread_id, run } = await subject.scene([calls({ name: "a", id: "call_own" })], { tools });
    const { id: run_id } = await atRest(subject.api, await run());
    const tool_outputs = [output("call_other")];
    await assertRejects(subject.api.submitToolOutputsToRun({ thread_id, run_id, tool_outputs }), {
      code: "tool_outputs_mismatch",
      message: "Expected tool outputs for call_ids ['call_own'], got ['call_other']",
    });
  });

  it("refuses to stream after outputs and leaves the run as it is", async () => {
    const { thread_id, run } = await subject.scene(twoCalls(), { tools });
    const waiting = await atRest(subject.api, await run());
    const tool_outputs = [output("call_a"), output("call_b")];
    const request = { thread_id, run_id: waiting.id, tool_outputs, stream: true };
    await assertRejects(subject.api.submitToolOutputsToRun(request), {
      code: "streaming_unavailable",
      message: "This server cannot stream runs. Leave 'stream' out and poll the run until it ends.",
      param: "stream",
      wireCode: "unsupported_parameter",
    });
    assert.deepEqual(await subject.api.getRun({ thread_id, run_id: waiting.id }), waiting);
  });

  it("refuses outputs for a run that has completed", async () => {
    const { thread_id, run } = await subject.scene();
    const ended = await atRest(subject.api, await run());
    const request = { thread_id, run_id: ended.id, tool_outputs: [output("call_a")] };
    await assertRejects(subject.api.submitToolOutputsToRun(request), {
      code: "run_not_accepting_outputs",
      message: 'Runs in status "completed" do not accept tool outputs.',
    });
    assert.deepEqual(await subject.api.getRun({ thread_id, run_id: ended.id }), ended);
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
    const tool_outputs = [output("call_a"), output("call_b")];
    await assertRejects(subject.api.submitToolOutputsToRun({ thread_id, run_id: waiting.id, tool_outputs }), {
      code: "run_not_accepting_outputs",
      message: 'Runs in status "cancelled" do not accept tool outputs.',
    });
    assert.deepEqual(await subject.api.getRun({ thread_id, run_id: waiting.id }), ended);
  });
}

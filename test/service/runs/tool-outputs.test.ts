import assert from "node:assert/strict";
import type { Run } from "../../../src/contract/objects.ts";
import type { RunState } from "../../../src/service/runs/run-change.ts";
import { planToolOutputs } from "../../../src/service/runs/tool-outputs.ts";
import { functionCallsOf } from "../../function-calls.ts";
import { MADE_AT, NEW_INTERNAL, sampleCall, sampleCallsStep, sampleRun } from "../sample-objects.ts";

const NOW = MADE_AT + 5;

/** A run that waits for the outputs of these calls; the last ones of its step are answered already. */
function waitingRun(ids: string[], answered: Record<string, string> = {}): RunState {
  const run: Run = sampleRun({
    status: "requires_action",
    required_action: {
      type: "submit_tool_outputs",
      submit_tool_outputs: { tool_calls: ids.map((id) => sampleCall(id)) },
    },
  });
  const step = sampleCallsStep(run, [...ids, ...Object.keys(answered)]);
  for (const call of functionCallsOf(step.step_details)) call.function.output = answered[call.id] ?? null;
  return {
    run: { object: run, internal: NEW_INTERNAL, version: 1 },
    step: { object: step, internal: null, version: 4 },
    message: null,
  };
}

const outputsOf = (state: RunState, outputs: Record<string, string>) => {
  const given = Object.entries(outputs).map(([tool_call_id, output]) => ({ tool_call_id, output }));
  return planToolOutputs(state, given, NOW);
};

/** The outputs that the plan writes into the step, by call. */
function writtenOutputs(plan: ReturnType<typeof planToolOutputs>): [string, string | null][] {
  const [change] = plan.changes ?? [];
  if (!change || !("replace" in change) || change.replace !== "run_step")
    throw new Error("No step is replaced.");
  return functionCallsOf(change.object.step_details).map((call) => [call.id, call.function.output]);
}

describe("tool outputs", () => {
  it("send the run back to the queue", () => {
    const plan = outputsOf(waitingRun(["call_A"]), { call_A: "sunny" });
    assert.equal(plan.event?.name, "accept_outputs");
  });

  it("complete the step, with each output at its call, whatever their order", () => {
    const state = waitingRun(["call_A", "call_B"]);
    const plan = outputsOf(state, { call_B: "noon", call_A: "sunny" });
    assert.deepEqual(writtenOutputs(plan), [
      ["call_A", "sunny"],
      ["call_B", "noon"],
    ]);
    const [change] = plan.changes ?? [];
    assert.ok(change && "replace" in change && change.replace === "run_step");
    assert.equal(change.from.version, 4);
    assert.deepEqual([change.object.status, change.object.completed_at], ["completed", NOW]);
  });

  it("leave the output of a call that was answered before", () => {
    const plan = outputsOf(waitingRun(["call_A"], { call_X: "refused" }), { call_A: "sunny" });
    assert.deepEqual(writtenOutputs(plan), [
      ["call_A", "sunny"],
      ["call_X", "refused"],
    ]);
  });

  it("may be empty", () => {
    const plan = planToolOutputs(waitingRun(["call_A"]), [{ tool_call_id: "call_A" }], NOW);
    assert.deepEqual(writtenOutputs(plan), [["call_A", ""]]);
  });

  const mismatches: [string, string[], string][] = [
    ["are too few", ["call_A"], "['call_A', 'call_B'], got ['call_A']"],
    ["are none", [], "['call_A', 'call_B'], got []"],
    ["name a call twice", ["call_A", "call_A"], "['call_A', 'call_B'], got ['call_A', 'call_A']"],
    ["name another call", ["call_A", "call_C"], "['call_A', 'call_B'], got ['call_A', 'call_C']"],
    [
      "are too many",
      ["call_A", "call_B", "call_C"],
      "['call_A', 'call_B'], got ['call_A', 'call_B', 'call_C']",
    ],
  ];
  for (const [title, ids, text] of mismatches) {
    it(`are refused when they ${title}`, () => {
      const outputs = ids.map((tool_call_id) => ({ tool_call_id, output: "" }));
      assert.throws(() => planToolOutputs(waitingRun(["call_A", "call_B"]), outputs, NOW), {
        status: 400,
        type: "invalid_request_error",
        message: `Expected tool outputs for call_ids ${text}`,
      });
    });
  }

  for (const status of [
    "queued",
    "in_progress",
    "cancelling",
    "cancelled",
    "failed",
    "completed",
    "incomplete",
    "expired",
  ] as const) {
    it(`are refused by a run that is ${status}`, () => {
      const state = waitingRun(["call_A"]);
      state.run.object = { ...state.run.object, status, required_action: null };
      assert.throws(() => outputsOf(state, { call_A: "sunny" }), {
        status: 400,
        type: "invalid_request_error",
        message: `Runs in status "${status}" do not accept tool outputs.`,
      });
    });
  }

  it("are refused once the run is due, though nobody has noticed yet", () => {
    const state = waitingRun(["call_A"]);
    state.run.object = { ...state.run.object, expires_at: NOW };
    assert.throws(() => outputsOf(state, { call_A: "late" }), {
      message: 'Runs in status "expired" do not accept tool outputs.',
    });
  });
});

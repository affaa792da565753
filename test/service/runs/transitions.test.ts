/** The run's life as the contract tells it: every state, every event. */
import assert from "node:assert/strict";
import type { RequiredAction, Run, RunStatus } from "../../../src/contract/objects.ts";
import { canHappen, nextRun, type RunEvent } from "../../../src/service/runs/machine.ts";
import { MADE_AT, sampleCall, sampleRun } from "../sample-objects.ts";

const NOW = MADE_AT + 60;
const LATER = NOW + 600;
const usage = { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 };
const call = sampleCall("call_1");
const error = { code: "rate_limit_exceeded", message: "Rate limit is exceeded." } as const;

const events: RunEvent[] = [
  { name: "start" },
  { name: "require_action", tool_calls: [call], expires_at: LATER },
  { name: "postpone_expiry", expires_at: LATER + 600 },
  { name: "accept_outputs", expires_at: LATER },
  { name: "complete", usage },
  { name: "run_out_of_tokens", reason: "max_completion_tokens", usage },
  { name: "be_filtered", usage },
  { name: "fail", error, usage },
  { name: "expire", usage },
  { name: "cancel" },
  { name: "finish_cancelling", usage },
];

/** Where each event leads from each state; what is not written here cannot happen. */
const table: [RunStatus, Partial<Record<RunEvent["name"], RunStatus>>][] = [
  ["queued", { start: "in_progress", expire: "expired", cancel: "cancelling" }],
  [
    "in_progress",
    {
      require_action: "requires_action",
      complete: "completed",
      run_out_of_tokens: "incomplete",
      be_filtered: "incomplete",
      fail: "failed",
      expire: "expired",
      cancel: "cancelling",
    },
  ],
  [
    "requires_action",
    {
      postpone_expiry: "requires_action",
      accept_outputs: "queued",
      expire: "expired",
      cancel: "cancelling",
    },
  ],
  ["cancelling", { finish_cancelling: "cancelled" }],
  ["cancelled", {}],
  ["failed", {}],
  ["completed", {}],
  ["incomplete", {}],
  ["expired", {}],
];

const required_action: RequiredAction = {
  type: "submit_tool_outputs",
  submit_tool_outputs: { tool_calls: [call] },
};

/** A run as it looks in a state that it has not ended in. */
const looks: Partial<Record<RunStatus, Partial<Run>>> = {
  in_progress: { started_at: MADE_AT + 1 },
  requires_action: { started_at: MADE_AT + 1, required_action },
  cancelling: { started_at: MADE_AT + 1 },
};

const runIn = (status: RunStatus): Run => sampleRun({ status, ...looks[status] });

/** The fields that each event sets beside `status`; all others stay as they are. */
const sets: Record<RunEvent["name"], Partial<Run>> = {
  start: { started_at: NOW },
  require_action: { required_action, expires_at: LATER },
  postpone_expiry: { required_action, expires_at: LATER + 600 },
  accept_outputs: { required_action: null, expires_at: LATER },
  complete: { completed_at: NOW, expires_at: null, usage },
  run_out_of_tokens: { incomplete_details: { reason: "max_completion_tokens" }, expires_at: null, usage },
  be_filtered: { incomplete_details: { reason: "content_filter" }, expires_at: null, usage },
  fail: { failed_at: NOW, last_error: error, expires_at: null, usage },
  expire: { expires_at: null, required_action: null, usage },
  cancel: { required_action: null },
  finish_cancelling: { cancelled_at: NOW, expires_at: null, usage },
};

describe("a run's transitions", () => {
  for (const [state, row] of table) {
    for (const event of events) {
      const to = row[event.name];
      if (to) {
        it(`${event.name} leads from ${state} to ${to} and sets what belongs to it`, () => {
          const run = runIn(state);
          assert.deepEqual(nextRun(run, event, NOW), { ...run, ...sets[event.name], status: to });
        });
      } else {
        it(`${event.name} cannot happen to a run that is ${state}`, () => {
          assert.throws(() => nextRun(runIn(state), event, NOW), RangeError);
        });
      }
      it(`says beforehand whether ${event.name} can happen to a run that is ${state}`, () => {
        assert.equal(canHappen(runIn(state), event.name), to !== undefined);
      });
    }
  }

  it("leave the run they are given as it was", () => {
    const run = runIn("in_progress");
    const before = structuredClone(run);
    nextRun(run, { name: "complete", usage }, NOW);
    assert.deepEqual(run, before);
  });

  it("begin at queued: not started, ten minutes to live, no usage", () => {
    const { status, started_at, expires_at, created_at, usage: used } = sampleRun();
    const expected = { status: "queued", started_at: null, expires_at: created_at + 600, used: null };
    assert.deepEqual({ status, started_at, expires_at, used }, expected);
  });
});

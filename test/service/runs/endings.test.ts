/** What the end of a run does to the step and the message that are open then. */
import assert from "node:assert/strict";
import type { Message, RunStep } from "../../../src/contract/objects.ts";
import { closeMessage, closeStep, type RunEvent } from "../../../src/service/runs/machine.ts";
import {
  MADE_AT,
  sampleCall,
  sampleCallsStep,
  sampleMessage,
  sampleRun,
  NO_USAGE as usage,
} from "../sample-objects.ts";

const NOW = MADE_AT + 60;
const USED = { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 };
const error = { code: "rate_limit_exceeded", message: "Too much." } as const;

const endings: { event: RunEvent; step: Partial<RunStep>; reason: string }[] = [
  {
    event: { name: "run_out_of_tokens", reason: "max_completion_tokens", usage },
    step: { status: "completed", completed_at: NOW },
    reason: "max_tokens",
  },
  {
    event: { name: "fail", error, usage },
    step: { status: "failed", failed_at: NOW, last_error: error },
    reason: "run_failed",
  },
  { event: { name: "expire", usage }, step: { status: "expired", expired_at: NOW }, reason: "run_expired" },
  {
    event: { name: "finish_cancelling", usage },
    step: { status: "cancelled", cancelled_at: NOW },
    reason: "run_cancelled",
  },
];

const others: RunEvent[] = [
  { name: "start" },
  { name: "require_action", tool_calls: [sampleCall("call_1")], expires_at: NOW + 600 },
  { name: "accept_outputs", expires_at: null },
  { name: "cancel" },
];

const openStep = () => sampleCallsStep(sampleRun(), ["call_1"]);
const openMessage = (): Message =>
  sampleMessage("thread_1", { status: "in_progress", completed_at: null, content: [] });

const textOf = (value: string) => [{ type: "text" as const, text: { value, annotations: [] } }];

describe("the end of a run", () => {
  for (const { event, step, reason } of endings) {
    it(`closes an open step as ${step.status} on ${event.name}`, () => {
      const open = openStep();
      assert.deepEqual(closeStep(open, event, NOW), { ...open, ...step });
    });

    it(`shows what the model had used by then in the step that it closes on ${event.name}`, () => {
      assert.deepEqual(closeStep(openStep(), event, NOW, USED).usage, USED);
      const own: RunStep = { ...openStep(), usage };
      assert.equal(closeStep(own, event, NOW, USED).usage, usage);
    });

    it(`closes an open message as incomplete because of ${reason} on ${event.name}, with what was said`, () => {
      const open = openMessage();
      assert.deepEqual(closeMessage(open, textOf("So far"), event, NOW), {
        ...open,
        status: "incomplete",
        incomplete_details: { reason },
        incomplete_at: NOW,
        content: [{ type: "text", text: { value: "So far", annotations: [] } }],
      });
    });

    it(`leaves a step that has ended before as it is on ${event.name}`, () => {
      const ended: RunStep = { ...openStep(), status: "completed", completed_at: MADE_AT };
      assert.equal(closeStep(ended, event, NOW), ended);
    });

    it(`leaves a message that has ended before as it is on ${event.name}`, () => {
      const ended = sampleMessage("thread_1");
      assert.equal(closeMessage(ended, textOf("Something else"), event, NOW), ended);
    });
  }

  it("leaves a message empty in which nothing was said", () => {
    const closed = closeMessage(openMessage(), [], { name: "expire", usage }, NOW);
    assert.deepEqual(closed.content, []);
  });

  it("gives a step no error code that only runs have", () => {
    const failed = { name: "fail", error: { code: "invalid_prompt", message: "No." }, usage } as const;
    assert.deepEqual(closeStep(openStep(), failed, NOW).last_error, { code: "server_error", message: "No." });
  });
});

describe("a run that goes on", () => {
  for (const event of others) {
    it(`leaves its open step open on ${event.name}`, () => {
      const step = openStep();
      assert.equal(closeStep(step, event, NOW), step);
    });

    it(`leaves its open message open on ${event.name}`, () => {
      const message = openMessage();
      assert.equal(closeMessage(message, textOf("So far"), event, NOW), message);
    });
  }
});

import assert from "node:assert/strict";
import type { StreamEvent, ToolCallDelta } from "../../../src/contract/events.ts";
import type { Message, RunStatus, RunStepStatus } from "../../../src/contract/objects.ts";
import { eventsOfChanges } from "../../../src/service/events/events-of-changes.ts";
import { newRunMessage, newRunStep } from "../../../src/service/objects.ts";
import type { Change } from "../../../src/service/store/store.ts";
import {
  insertMessage,
  insertRun,
  insertStep,
  insertThread,
  NEW_INTERNAL,
  sampleMessage,
  sampleMessageStep,
  sampleRun,
  sampleThread,
} from "../sample-objects.ts";

type MessageStatus = Message["status"];

const run = sampleRun();
const message = newRunMessage(run, 1);
const writing = sampleMessageStep(run, message);
const call = {
  id: "call_1",
  type: "function",
  function: { name: "f", arguments: "{}", output: null },
} as const;
const calling = newRunStep(run, { type: "tool_calls", tool_calls: [call] }, 1);

const replaceRun = (status: RunStatus, before: RunStatus = "in_progress"): Change => {
  const from = { object: { ...run, status: before }, version: 1 };
  return { replace: "run", from, object: { ...run, status }, internal: NEW_INTERNAL };
};
const endStep = (status: RunStepStatus, before: RunStepStatus = "in_progress"): Change => {
  const from = { object: { ...writing, status: before }, version: 1 };
  return { replace: "run_step", from, object: { ...writing, status }, internal: null };
};
const endMessage = (status: MessageStatus, before: MessageStatus = "in_progress"): Change => {
  const from = { object: { ...message, status: before }, version: 1 };
  return { replace: "message", from, object: { ...message, status }, internal: null };
};

const namesOf = (...changes: Change[]) =>
  (eventsOfChanges(changes).get(run.id) ?? []).map(({ event }) => event.replace("thread.", ""));

describe("the events of a unit of work", () => {
  it("tell of a run that is made, after its thread", () => {
    const thread = sampleThread();
    assert.deepEqual(namesOf(insertRun(run), insertThread(thread)), ["created", "run.created", "run.queued"]);
  });

  it("leave out the messages that somebody else writes", () => {
    const asked = sampleMessage(run.thread_id);
    assert.deepEqual(namesOf(insertMessage(asked), insertRun(run)), ["run.created", "run.queued"]);
  });

  it("begin a step before its message", () => {
    assert.deepEqual(namesOf(insertMessage(message), insertStep(writing)), [
      "run.step.created",
      "run.step.in_progress",
      "message.created",
      "message.in_progress",
    ]);
  });

  it("end a message before its step, and both before what begins and before the run moves", () => {
    const changes: Change[] = [
      replaceRun("requires_action"),
      insertStep(calling),
      endStep("completed"),
      endMessage("completed"),
    ];
    assert.deepEqual(namesOf(...changes), [
      "message.completed",
      "run.step.completed",
      "run.step.created",
      "run.step.in_progress",
      "run.step.delta",
      "run.step.delta",
      "run.requires_action",
    ]);
  });

  it("begin a step of calls empty, and bring each call in two pieces, the arguments in the second", () => {
    const events = eventsOfChanges([insertStep(calling)]).get(run.id);
    const delta = (tool_call: ToolCallDelta): StreamEvent => {
      const step_details = { type: "tool_calls" as const, tool_calls: [tool_call] };
      const data = { id: calling.id, object: "thread.run.step.delta" as const, delta: { step_details } };
      return { event: "thread.run.step.delta", data };
    };
    const empty = { ...calling, step_details: { type: "tool_calls", tool_calls: [] } };
    assert.deepEqual(events, [
      { event: "thread.run.step.created", data: empty },
      { event: "thread.run.step.in_progress", data: empty },
      delta({
        index: 0,
        id: "call_1",
        type: "function",
        function: { name: "f", arguments: "", output: null },
      }),
      delta({ index: 0, type: "function", function: { arguments: "{}" } }),
    ]);
  });

  it("end at once a step that is written when it has ended", () => {
    const object = { ...calling, status: "completed", completed_at: 2 } as const;
    const events = eventsOfChanges([insertStep(object)]).get(run.id) ?? [];
    assert.deepEqual(
      events.map(({ event, data }) => [event, "status" in data ? data.status : null]),
      [
        ["thread.run.step.created", "in_progress"],
        ["thread.run.step.in_progress", "in_progress"],
        ["thread.run.step.delta", null],
        ["thread.run.step.delta", null],
        ["thread.run.step.completed", "completed"],
      ],
    );
  });

  for (const status of [
    "queued",
    "in_progress",
    "requires_action",
    "cancelling",
    "cancelled",
    "failed",
    "completed",
    "incomplete",
    "expired",
  ] as const) {
    it(`tell of a run that is ${status}`, () => {
      const before = status === "in_progress" ? "queued" : "in_progress";
      assert.deepEqual(namesOf(replaceRun(status, before)), [`run.${status}`]);
    });

    it(`are none where a run that is ${status} stays so`, () => {
      assert.deepEqual(namesOf(replaceRun(status, status)), []);
    });
  }

  for (const status of ["completed", "failed", "cancelled", "expired"] as const) {
    it(`tell of a step that is ${status}`, () => {
      assert.deepEqual(namesOf(endStep(status)), [`run.step.${status}`]);
    });

    it(`are none where a step that is ${status} stays so`, () => {
      assert.deepEqual(namesOf(endStep(status, status)), []);
    });
  }

  for (const status of ["completed", "incomplete"] as const) {
    it(`tell of a message that is ${status}`, () => {
      assert.deepEqual(namesOf(endMessage(status)), [`message.${status}`]);
    });

    it(`are none where a message that is ${status} stays so`, () => {
      assert.deepEqual(namesOf(endMessage(status, status)), []);
    });
  }

  it("are none where nothing of a run changes", () => {
    const changes: Change[] = [
      { expect: "run", id: run.id },
      { idle: run.thread_id },
      insertThread(sampleThread()),
    ];
    assert.equal(eventsOfChanges(changes).size, 0);
  });
});

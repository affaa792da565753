import assert from "node:assert/strict";
import { flowTable } from "./harness/flow-table.ts";
import type { Scenario } from "./harness/scenario.ts";

/** Makes the thread and the assistant, which the flow keeps. */
async function open(flow: Scenario): Promise<void> {
  await flow.press("open");
  await flow.arrived("opened");
}

/** Asks on a new thread, and presses the others once the tool has the first question's call. */
const whileTheToolWorks = (...others: string[]) => {
  return async (flow: Scenario) => {
    await open(flow);
    await flow.press("first");
    await flow.arrived("hold");
    for (const other of others) await flow.press(other);
  };
};

/** The same once the model has the first question. */
const whileTheModelWorks = (...others: string[]) => {
  return async (flow: Scenario) => {
    await open(flow);
    await flow.press("first");
    await flow.modelCalled();
    for (const other of others) await flow.press(other);
  };
};

flowTable("busy-thread", {
  "two questions on one thread are answered one after the other": {
    async play(flow) {
      await open(flow);
      await flow.press("first");
      await flow.press("second");
    },
    comes: { opened: 1, answer: ["found 1", "found 2"], completed: 2 },
    modelCalls: 4,
  },

  "three questions in two seconds on one thread are answered in order": {
    async play(flow) {
      await open(flow);
      await flow.press("three");
    },
    comes: { opened: 1, answer: ["found 1", "found 2", "found 3"], completed: 3 },
    modelCalls: 6,
  },

  "a second question is refused": {
    async play(flow) {
      await whileTheToolWorks("second")(flow);
      await flow.arrived("caught");
      await flow.send("work", await flow.arrived("hold"));
    },
    comes: { opened: 1, hold: 1, caught: ["thread_busy"], answer: ["found"], completed: 1 },
    modelCalls: 2,
  },

  "a second question cancels the first": {
    play: whileTheModelWorks("second"),
    comes: { opened: 1, caught: ["run_cancelled"], answer: ["second"], completed: 1 },
    modelCalls: 2,
  },

  "a second question cancels the first while its tool works": {
    play: whileTheToolWorks("second"),
    comes: { opened: 1, hold: 1, caught: ["run_cancelled"], answer: ["second"], completed: 1 },
    modelCalls: 2,
  },

  "msg cancel stops the model and sends away who waits": {
    async play(flow) {
      await whileTheModelWorks("second")(flow);
      await flow.shows("run", "queued");
      await flow.press("stop");
    },
    comes: { opened: 1, caught: 2, completed: 1 },
    modelCalls: 1,
    check({ boxes: { caught = [] } }) {
      const codes = caught.map(({ error }) => Object(error).code);
      assert.deepEqual(codes.toSorted(), ["cancelled", "run_cancelled"]);
    },
  },

  "msg cancel stops a run whose tool works": {
    play: whileTheToolWorks("stop"),
    comes: { opened: 1, hold: 1, caught: ["run_cancelled"], completed: 1 },
    modelCalls: 1,
  },

  "msg cancel on a thread without a run does nothing": {
    async play(flow) {
      await open(flow);
      await flow.press("stop");
    },
    comes: { opened: 1, completed: 1 },
    modelCalls: 0,
  },

  "a message node waits for the run on its thread": {
    async play(flow) {
      await whileTheToolWorks("second")(flow);
      await flow.send("work", await flow.arrived("hold"));
    },
    comes: { opened: 1, hold: 1, written: 1, answer: ["found", "second"], completed: 2 },
    modelCalls: 3,
  },

  "the hundred and second question is too many": {
    async play(flow) {
      await whileTheModelWorks("more")(flow);
      await flow.arrived("caught");
      await flow.press("stop");
    },
    comes: { opened: 1, caught: 102, completed: 1 },
    modelCalls: 1,
    check({ boxes: { caught = [] } }) {
      const codes = Map.groupBy(caught, ({ error }) => Object(error).code);
      assert.deepEqual([...codes].map(([code, { length }]) => [code, length]).toSorted(), [
        ["cancelled", 100],
        ["run_cancelled", 1],
        ["thread_queue_full", 1],
      ]);
    },
  },

  "questions on different threads are under way at once": {
    comes: { answer: 2, completed: 2 },
    modelCalls: 4,
  },
});

import assert from "node:assert/strict";
import { flowTable } from "./harness/flow-table.ts";

const timedOut = /^The function ask gave no answer within 1 s. The assistant was told so/;

flowTable("nested-runs", {
  "an assistant is another assistants tool": {
    comes: { answer: ["the expert found 42"], completed: 2 },
    modelCalls: 4,
    check: ({ boxes }) => assert.equal(boxes["answer"]?.[0]?.["toolCall"], undefined),
  },

  "a tool is answered by a third run inside a second": {
    comes: { answer: ["deep"], completed: 1 },
    modelCalls: 5,
  },

  "two assistants as each others tools are three deep at most": {
    comes: { told: ["nested_too_deep"], answer: ["nested_too_deep"], completed: 3 },
    modelCalls: 6,
  },

  "two assistants that never stop end after fifty model calls": {
    comes: { caught: ["too_many_model_calls"], told: 50, completed: 0 },
    modelCalls: 50,
  },

  "a nested run is cancelled when its call is settled": {
    comes: { caught: ["call_settled"], answer: [/no answer within 1 s/], completed: 1 },
    modelCalls: 3,
    logs: [timedOut],
  },

  "a nested run is cancelled when the run above it is": {
    async play(flow) {
      await flow.press("ask");
      await flow.modelCalled(2);
      await flow.press("stop");
    },
    comes: { cancelled: 1, caught: 2 },
    modelCalls: 2,
    check({ boxes: { caught = [] } }) {
      const codes = caught.map(({ error }) => Object(error).code);
      assert.deepEqual(codes.toSorted(), ["call_settled", "run_cancelled"]);
    },
  },

  "a nested run may not take the thread above it": {
    comes: { caught: ["thread_held"], answer: [/waits for the answer to this very call/], completed: 1 },
    modelCalls: 2,
    logs: [/^The function ask failed/],
  },

  "a message node in a tool may not take the thread above it": {
    comes: { caught: ["thread_held"], answer: [/waits for the answer to this very call/], completed: 1 },
    modelCalls: 2,
    logs: [/^The function ask failed/],
  },

  "a nested run that fails answers its call through Catch": {
    comes: { caught: ["run_failed"], answer: [/The run failed/], completed: 1 },
    modelCalls: 3,
    logs: [/^The function ask failed/],
  },
});

import { flowTable } from "./harness/flow-table.ts";

flowTable("bounds", {
  "a run has at most ten rounds": { comes: { caught: ["too_many_rounds"] }, modelCalls: 11 },
  "a run has at most as many rounds as its node says": {
    comes: { caught: ["too_many_rounds"] },
    modelCalls: 3,
  },
  "a step has at most 32 calls": {
    comes: { call: 32, answer: ["done"], completed: 1 },
    modelCalls: 2,
    logs: Array(3).fill(/At most 32 functions may be called at once/),
  },
  "a question makes at most as many model calls as its node says": {
    comes: { caught: ["too_many_model_calls"] },
    modelCalls: 3,
  },
});

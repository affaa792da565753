import { flowTable } from "./harness/flow-table.ts";

const answered = { comes: { answer: ["42"], completed: 1 }, modelCalls: 2 };

flowTable("wiring", {
  "calls and answers pass link nodes": answered,
  "a tool is a link call": answered,
  "a whole assistant is a link call": answered,
  "the tools stand on another tab": answered,
  "the nodes stand in groups": answered,
  "the tools of a tab stand in a subflow": answered,

  "a Switch on the topic does without tool call nodes": {
    comes: { answer: ["1 2"], completed: 1 },
    modelCalls: 2,
  },

  "two copies of a subflow use their own functions": {
    async play(flow) {
      await flow.press("first");
      await flow.arrived("answer");
      await flow.press("second");
    },
    comes: { answer: ["found by one", "found by two"] },
    modelCalls: 4,
  },

  "a subflow that was imported twice works twice": {
    async play(flow) {
      await flow.press("first");
      await flow.arrived("answer");
      await flow.press("second");
    },
    comes: { answer: ["found by one", "found by two"] },
    modelCalls: 4,
  },
});

import { flowTable } from "./harness/flow-table.ts";

const TIMED_OUT = '{"error":"The function lookup gave no answer within 1 s."}';
const timedOut = /^The function lookup gave no answer within 1 s. The assistant was told so/;

flowTable("whose-answer", {
  "a Function that returns a new object answers its call": {
    comes: { answer: ["42"], completed: 1 },
    modelCalls: 2,
  },

  "a new object that comes when the call is settled is dropped": {
    comes: { answer: [TIMED_OUT], "came late": 1, completed: 1 },
    modelCalls: 2,
    logs: [timedOut],
  },

  "a message that lost its id as well is a question": {
    comes: { answer: ["I am a question", TIMED_OUT], completed: 2 },
    modelCalls: 3,
    logs: [timedOut],
  },

  "a tool that answers twice is heard once": {
    comes: { answer: ["first"], completed: 1 },
    modelCalls: 2,
  },

  "an answer that comes after the end asks nothing": {
    comes: { answer: ["first"], "came late": 1, completed: 1 },
    modelCalls: 2,
  },

  "the pieces of a split answer its call once": {
    comes: { piece: ["one", "two", "three"], answer: ["one"], completed: 1 },
    modelCalls: 2,
  },

  "two messages of one Function are two questions": {
    comes: { answer: 2, completed: 2 },
    modelCalls: 4,
  },

  "an answer to a run that has ended elsewhere is dropped": {
    async play(flow) {
      await flow.press("ask");
      const call = await flow.arrived("hold");
      await flow.press("stop");
      await flow.arrived("cancelled");
      await flow.arrived("caught");
      await flow.send("work", call);
    },
    comes: { hold: 1, cancelled: 1, caught: ["run_cancelled"], "came late": 1, completed: 0 },
    modelCalls: 1,
  },
});

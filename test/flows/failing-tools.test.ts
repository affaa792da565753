import { flowTable } from "./harness/flow-table.ts";

const TIMED_OUT = '{"error":"The function lookup gave no answer within 1 s."}';
const timedOut = /^The function lookup gave no answer within 1 s. The assistant was told so/;
const threw = /^The function lookup failed.*No such city/;

flowTable("failing-tools", {
  "a call that nobody answers is answered with an error": {
    comes: { answer: [TIMED_OUT], completed: 1 },
    modelCalls: 2,
    logs: [timedOut],
  },

  "a tool that throws answers its call through Catch": {
    comes: { caught: [/No such city/], answer: [/"error":".*No such city/], completed: 1 },
    modelCalls: 2,
    logs: [threw],
  },

  "what the flow makes of an error is the answer": {
    comes: { answer: ["No idea, sorry."], completed: 1 },
    modelCalls: 2,
  },

  "a host that is down answers its call once": {
    comes: { caught: [/ECONNREFUSED/], out: [/ECONNREFUSED/], answer: [/ECONNREFUSED/], completed: 1 },
    modelCalls: 2,
    logs: [/^The function lookup failed.*ECONNREFUSED/],
  },

  "a host that answers 404 answers its call": {
    comes: { answer: ["HTTP 404"], completed: 1 },
    modelCalls: 2,
  },

  "an answer after its time and twice is dropped": {
    comes: { "came late": ["late", "later"], answer: [`${TIMED_OUT} in time`], completed: 1 },
    modelCalls: 3,
    logs: [timedOut],
  },

  "a tool that does not answer does not hold up the others": {
    comes: { answer: [`${TIMED_OUT} ready`], completed: 1 },
    modelCalls: 2,
    logs: [timedOut],
  },

  "a Catch on the tab hears of a tool and the question is answered": {
    comes: { caught: [/No such city/], answer: [TIMED_OUT], completed: 1 },
    modelCalls: 2,
    logs: [timedOut],
  },

  "nothing on the tool port is an error for the model": {
    comes: { answer: [TIMED_OUT], completed: 1 },
    modelCalls: 2,
    logs: [timedOut],
  },

  "a call that no node side by side takes is answered after a second": {
    comes: { answer: ['{"error":"No tool of this flow answers to nobody."}'], completed: 1 },
    modelCalls: 2,
    logs: [/No tool of this flow answers to nobody/],
  },

  "a call that no node of a chain takes is answered after a second": {
    comes: { answer: ['{"error":"No tool of this flow answers to nobody."}'], completed: 1 },
    modelCalls: 2,
    logs: [/No tool of this flow answers to nobody/],
  },

  "a call that leaves by a wired second port is waited for": {
    comes: { answer: ["I know"], completed: 1 },
    modelCalls: 2,
  },
});

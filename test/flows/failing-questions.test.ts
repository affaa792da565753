import assert from "node:assert/strict";
import { flowTable } from "./harness/flow-table.ts";

const dropped = /^A failed question came back and is not asked again. It failed with: \S/;

flowTable("failing-questions", {
  "a question whose model fails goes to Catch once": { comes: { caught: ["run_failed"] }, modelCalls: 1 },

  "a failed question that Catch wires back is not asked again": {
    comes: { caught: ["run_failed"], completed: 1 },
    modelCalls: 1,
    logs: [dropped],
    check: ({ statuses }) => assert.equal(statuses["run"], "dropped"),
  },

  "a failed question that loses its error on the way is not asked again": {
    comes: { caught: ["run_failed"], completed: 1 },
    modelCalls: 1,
    logs: [dropped],
  },

  "a failed question is asked again as often as the node allows": {
    comes: { caught: ["run_failed", "run_failed"], answer: ["the third time"], completed: 1 },
    modelCalls: 3,
    check: ({ boxes }) => assert.equal(boxes["answer"]?.[0]?.["error"], undefined),
  },

  "a question that fails more often than allowed is dropped": {
    comes: { caught: ["run_failed", "run_failed", "run_failed"], completed: 1 },
    modelCalls: 3,
    logs: [dropped],
  },

  "model A fails and model B is asked": {
    comes: { caught: ["run_failed"], answer: ["hello"], completed: 1 },
    modelCalls: 2,
  },

  "model A fails and model B fails too": {
    comes: { caught: ["run_failed", "run_failed"], completed: 1 },
    modelCalls: 2,
    logs: [dropped],
  },

  "a failure of any other node is no question": {
    comes: { caught: [/No question/], completed: 1 },
    modelCalls: 0,
    logs: [dropped],
  },

  "a question without an assistant goes to Catch once": {
    comes: { caught: ["assistant_missing"], completed: 1 },
    modelCalls: 0,
    logs: [dropped],
  },

  "a question on a thread that is gone goes to Catch": {
    comes: { caught: ["thread_not_found"] },
    modelCalls: 0,
  },

  "a tool and a question that fail come back by one Catch": {
    comes: { caught: [/No such city/, "run_failed"], completed: 1 },
    modelCalls: 2,
    logs: [/^The function lookup failed.*No such city/, dropped],
  },
});

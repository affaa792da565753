import { flowTable } from "./harness/flow-table.ts";

flowTable("tool-call-node", {
  "missing arguments take their defaults": {
    comes: { call: [{ city: "Paris", unit: "c" }], answer: ["Paris in c"], completed: 1 },
    modelCalls: 2,
  },

  "arguments that do not fit do not trouble the flow": {
    comes: { answer: [/"error":"The arguments of weather do not fit/], completed: 1 },
    modelCalls: 2,
    logs: [/weather/, /weather/],
  },

  "arguments that are no JSON do not trouble the flow": {
    comes: { answer: [/"error":"The arguments are not JSON\. Call weather again/], completed: 1 },
    modelCalls: 2,
  },

  "the model may correct its arguments": {
    comes: { call: [{ city: "Paris", unit: "f" }], answer: [/Paris in f/], completed: 1 },
    modelCalls: 3,
    logs: [/weather/, /weather/],
  },

  "nodes side by side take their own calls": {
    comes: { answer: ["first second"], completed: 1 },
    modelCalls: 2,
  },

  "nodes in a chain take their own calls": { comes: { answer: ["1 2 3"], completed: 1 }, modelCalls: 2 },

  "a function may take longer than the run node says": {
    comes: { answer: ["42"], completed: 1 },
    modelCalls: 2,
  },

  "a function may have to be quicker than the run node says": {
    comes: { answer: [/no answer within 1 s/], completed: 1 },
    modelCalls: 2,
    logs: [/^The function lookup gave no answer within 1 s. The assistant was told so/],
  },

  "a function that the run does not offer never leaves the service": {
    comes: { answer: [/stranger/], completed: 1 },
    modelCalls: 2,
  },

  "a function that is declared wrongly is refused": {
    comes: { caught: ["function_parameters_invalid"] },
    modelCalls: 0,
    logs: [/parameters of the function lookup/],
  },
});

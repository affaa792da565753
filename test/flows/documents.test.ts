import { flowTable } from "./harness/flow-table.ts";

flowTable("documents", {
  "a question is answered from the file that comes with it": {
    comes: { answer: [/The word 'apple' uses the code 442345.*codes\.txt/], completed: 1 },
    modelCalls: 2,
  },

  "a question with a file that is gone goes to Catch": {
    comes: { caught: ["file_not_found"], completed: 0 },
    modelCalls: 0,
    check: (flow) => flow.shows("run", "failed: file_not_found"),
  },
});

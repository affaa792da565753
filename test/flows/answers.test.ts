import { flowTable } from "./harness/flow-table.ts";

flowTable("answers", {
  "a question gets its answer": { comes: { answer: ["hello"], completed: 1 }, modelCalls: 1 },
});

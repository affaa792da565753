import { flowTable } from "./harness/flow-table.ts";

flowTable("restart", {
  "a killed Node-RED comes up and answers a new question": {
    async play(flow) {
      await flow.press("first");
      await flow.arrived("hold");
      await flow.kill();
      await flow.start();
      await flow.press("second");
    },
    comes: { hold: 1, answer: ["back again"], completed: 1 },
    modelCalls: 2,
  },
});

import { flowTable } from "./harness/flow-table.ts";

flowTable("restart", {
  "a killed Node-RED comes up and answers a new question": {
    async play(flow) {
      await flow.press("first");
      await flow.arrived("hold");
      await flow.kill();
      await flow.start();
      await flow.press("second");
      await flow.arrived("answer");
      // Nobody takes up the run that was left behind; it would expire in ten minutes.
      for (const run of flow.runs.slice(0, 1)) await flow.api.cancelRun(run);
    },
    comes: { hold: 1, answer: ["back again"], completed: 1 },
    modelCalls: 2,
  },
});

import assert from "node:assert/strict";
import { between, flowTable } from "./harness/flow-table.ts";

flowTable("progress", {
  "progress leaves by a port of its own piece by piece": {
    play: (flow) =>
      flow.send("create", { payload: "call lookup / slowly one two three", customer: 7, other: 8 }),
    comes: { progress: between(15, 40), answer: ["one two three"], completed: 1 },
    modelCalls: 2,
    check({ boxes: { progress: told = [] } }) {
      const pieces = told.filter(({ topic }) => topic === "thread.message.delta");
      assert.equal(pieces.map(({ payload }) => payload).join(""), "one two three");
      assert.ok(pieces.length > 1);
      for (const { customer, other, run_id, thread_id } of told) {
        assert.deepEqual(
          [customer, other, typeof run_id, typeof thread_id],
          [7, undefined, "string", "string"],
        );
      }
    },
  },

  "cancel while the answer streams": {
    async play(flow) {
      await flow.press("open");
      await flow.arrived("opened");
      await flow.press("ask");
      await flow.until("a piece of the answer", () =>
        (flow.boxes["progress"] ?? []).some(({ topic }) => topic === "thread.message.delta"),
      );
      await flow.press("stop");
    },
    comes: { opened: 1, progress: between(5, 40), caught: ["run_cancelled"], completed: 1 },
    modelCalls: 1,
  },
});

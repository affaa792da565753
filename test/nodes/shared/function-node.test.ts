import assert from "node:assert/strict";
import { parametersOf } from "../../../nodes/shared/function-node.ts";
import { type RunningFlow, runFlow } from "../running-flow.ts";

describe("the parameters of a function", () => {
  let flow: RunningFlow;

  before(async () => {
    flow = await runFlow([]);
  });
  after(() => flow[Symbol.asyncDispose]());

  for (const [written, expected] of [
    ['{"type":"object","required":["a"]}', { type: "object", required: ["a"] }],
    [" ", { type: "object", properties: {} }],
  ] as const) {
    it(`are read: ${JSON.stringify(written)}`, () => {
      assert.deepEqual(parametersOf(flow.RED, "f", written), expected);
    });
  }

  for (const written of ["{", "[]", "null", "1", '"{}"']) {
    it(`are refused: ${written}`, () => {
      const refused = parametersOf(flow.RED, "f", written);
      assert.ok(refused instanceof Error);
      assert.equal(refused.code, "function_parameters_invalid");
    });
  }
});

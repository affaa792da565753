import assert from "node:assert/strict";
import { questionLimits } from "../../../nodes/questions/question-limits.ts";

const defaults = {
  toolSeconds: 60,
  retries: 0,
  rounds: 10,
  calls: 32,
  depth: 3,
  modelCalls: 50,
  runSeconds: 3600,
  outputBytes: 1024 * 1024,
};

const fieldOf = {
  toolSeconds: "toolTimeout",
  retries: "retries",
  rounds: "maxRounds",
  calls: "maxCalls",
  depth: "maxDepth",
  modelCalls: "maxModelCalls",
  runSeconds: "runTimeout",
} as const;

describe("the limits of a question", () => {
  it("are the defaults in a flow that knows no limits", () => {
    assert.deepEqual(questionLimits({}), defaults);
  });

  for (const [name, field] of Object.entries(fieldOf)) {
    for (const written of [7, "7"]) {
      it(`has ${JSON.stringify(written)} in ${field} for ${name}, and nothing else changed`, () => {
        assert.deepEqual(questionLimits({ [field]: written }), { ...defaults, [name]: 7 });
      });
    }

    for (const written of ["", "many", "-1", -1, Number.NaN, Number.POSITIVE_INFINITY, "1e999"]) {
      it(`are the defaults with ${JSON.stringify(written)} (${typeof written}) in ${field}`, () => {
        assert.deepEqual(questionLimits({ [field]: written }), defaults);
      });
    }
  }

  for (const field of [
    "toolTimeout",
    "maxRounds",
    "maxCalls",
    "maxDepth",
    "maxModelCalls",
    "runTimeout",
    "maxOutput",
  ] as const) {
    it(`are the defaults with 0 in ${field}`, () => {
      assert.deepEqual(questionLimits({ [field]: 0 }), defaults);
    });
  }

  it("count an output in kilobytes", () => {
    assert.deepEqual(questionLimits({ maxOutput: "7" }), { ...defaults, outputBytes: 7 * 1024 });
  });

  it("may be a part of a second", () => {
    assert.equal(questionLimits({ toolTimeout: "0.05" }).toolSeconds, 0.05);
  });

  it("are never more seconds than a timer knows", () => {
    const { toolSeconds } = questionLimits({ toolTimeout: 1e9 });
    assert.ok(toolSeconds * 1000 < 2 ** 31, `${toolSeconds}`);
  });
});

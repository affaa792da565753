import assert from "node:assert/strict";
import { modelSettings, type WrittenModelSettings } from "../../src/models/settings.ts";

const written: WrittenModelSettings = {
  provider: "openai",
  baseUrl: "",
  apiKey: "sk-0123456789",
  model: " gpt ",
  wire: "",
  reasoning: "",
  streaming: true,
  contextWindow: "",
  pace: 5,
};

describe("the settings of a model", () => {
  it("mean the rehearsal model where no provider is named", () => {
    assert.deepEqual(modelSettings({ ...written, provider: "" }), { provider: "rehearsal", pace: 5 });
  });

  for (const [provider, wire] of [
    ["openai", "responses"],
    ["azure", "responses"],
    ["compatible", "chat"],
  ] as const) {
    it(`ask ${provider} over ${wire} unless they say otherwise`, () => {
      const { pace, ...given } = written;
      const expected = { ...given, provider, wire, model: "gpt", reasoning: "off", contextWindow: null };
      assert.deepEqual(modelSettings({ ...written, provider }), expected);
    });
  }

  for (const [name, given] of [
    ["provider", { provider: "other" }],
    ["wire", { wire: "smoke" }],
    ["reasoning", { reasoning: "much" }],
    ["contextWindow", { contextWindow: "8k" }],
    ["apiKey", { apiKey: "two words" }],
  ] as const) {
    it(`are refused with a wrong ${name}, and the key is not shown`, () => {
      assert.throws(
        () => modelSettings({ ...written, ...given }),
        (error: Error & { param: string }) => {
          assert.equal(error.param, name);
          assert.doesNotMatch(error.message, /two words/);
          return true;
        },
      );
    });
  }
});

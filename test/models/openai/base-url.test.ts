import assert from "node:assert/strict";
import { baseUrlOf } from "../../../src/models/openai/base-url.ts";
import type { ProviderName, ServedModelSettings } from "../../../src/models/settings.ts";

const settings = (provider: ProviderName, baseUrl: string): ServedModelSettings => ({
  provider,
  baseUrl,
  apiKey: "sk-0123456789",
  model: "",
  wire: "chat",
  reasoning: "off",
  streaming: true,
  contextWindow: null,
});

describe("a model's base address", () => {
  for (const [provider, written, whole] of [
    ["openai", "", "https://api.openai.com/v1"],
    ["compatible", "http://localhost:11434", "http://localhost:11434/v1"],
    ["compatible", "http://localhost:11434/", "http://localhost:11434/v1"],
    ["compatible", "http://localhost:11434/v1", "http://localhost:11434/v1"],
    ["compatible", "http://localhost:11434/v1/", "http://localhost:11434/v1"],
    ["compatible", "https://host/api", "https://host/api/v1"],
    ["compatible", "https://host/api/v1", "https://host/api/v1"],
    ["compatible", "https://host/v1beta/openai/", "https://host/v1beta/openai"],
    ["compatible", "https://host/v1/chat/completions", "https://host/v1"],
    ["compatible", "https://host/chat/completions", "https://host"],
    ["azure", "https://name.openai.azure.com", "https://name.openai.azure.com/openai/v1"],
    ["azure", "https://name.openai.azure.com/openai", "https://name.openai.azure.com/openai/v1"],
    ["azure", "https://name.openai.azure.com/openai/v1/", "https://name.openai.azure.com/openai/v1"],
    ["azure", "https://n.openai.azure.com/openai/responses", "https://n.openai.azure.com/openai/v1"],
    ["azure", "https://n.openai.azure.com/openai/v1/responses", "https://n.openai.azure.com/openai/v1"],
    [
      "azure",
      "https://n.openai.azure.com/openai/deployments/d/chat/completions",
      "https://n.openai.azure.com/openai/v1",
    ],
    ["azure", "https://n.services.ai.azure.com/models", "https://n.services.ai.azure.com/openai/v1"],
    [
      "azure",
      "https://n.services.ai.azure.com/models/chat/completions",
      "https://n.services.ai.azure.com/openai/v1",
    ],
    [
      "azure",
      "https://n.services.ai.azure.com/api/projects/p",
      "https://n.services.ai.azure.com/api/projects/p/openai/v1",
    ],
  ] as const) {
    it(`of ${provider} is ${whole} where ${written || "nothing"} is written`, () => {
      assert.equal(baseUrlOf(settings(provider, written)), whole);
    });
  }

  for (const [written, code] of [
    ["", "invalid_base_url"],
    ["localhost:11434", "invalid_base_url"],
    ["ftp://host/v1", "invalid_base_url"],
    ["https://user:secret@host/v1", "invalid_value"],
    ["https://host/v1?key=secret", "invalid_value"],
  ] as const) {
    it(`is not ${written || "empty"}`, () => {
      assert.throws(
        () => baseUrlOf(settings("compatible", written)),
        (error: Error & { code: string }) => {
          assert.equal(error.code, code);
          assert.doesNotMatch(error.message, /secret/);
          return true;
        },
      );
    });
  }

  it("does not show a key that was pasted in its place", () => {
    for (const key of ["sk-0123456789", "sk-proj-another_0123456789"]) {
      assert.throws(() => baseUrlOf(settings("compatible", key)), /'…' is not/);
    }
  });
});

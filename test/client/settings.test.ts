import assert from "node:assert/strict";
import { type ClientSettings, createClient } from "../../src/client/client.ts";
import { endpointOf } from "../../src/client/endpoint.ts";

const base: ClientSettings = { dialect: "openai", baseUrl: "https://host/v1", apiKey: "k" };

describe("the base URL", () => {
  const completed: [ClientSettings["dialect"], string, string][] = [
    ["openai", "https://api.openai.com/v1", "https://api.openai.com/v1"],
    ["openai", "https://api.openai.com/v1/", "https://api.openai.com/v1"],
    ["openai", " http://localhost:8080 ", "http://localhost:8080"],
    ["azure", "https://name.openai.azure.com", "https://name.openai.azure.com/openai"],
    ["azure", "https://name.openai.azure.com/", "https://name.openai.azure.com/openai"],
    ["azure", "https://name.openai.azure.com/openai", "https://name.openai.azure.com/openai"],
    ["azure", "https://name.openai.azure.com/openai/", "https://name.openai.azure.com/openai"],
    ["azure", "https://gateway/team/", "https://gateway/team/openai"],
  ];
  for (const [dialect, baseUrl, expected] of completed) {
    it(`${JSON.stringify(baseUrl)} means ${expected} to ${dialect}`, () => {
      const { origin, basePath } = endpointOf({ ...base, dialect, baseUrl });
      assert.equal(origin + basePath, expected);
    });
  }

  for (const baseUrl of ["", "api.openai.com/v1", "localhost:8080", "ftp://host/v1", "https://"]) {
    it(`${JSON.stringify(baseUrl)} is refused`, () => {
      assert.throws(() => createClient({ ...base, baseUrl }), { code: "invalid_base_url", status: 0 });
    });
  }

  it("that holds a password or a query is refused without repeating it", () => {
    for (const baseUrl of [
      "https://u:geheim@host/v1",
      "https://host/v1?sig=geheim",
      "ftp://u:geheim@h?geheim",
    ]) {
      assert.throws(
        () => createClient({ ...base, baseUrl }),
        (error: Error) => !error.message.includes("geheim"),
      );
    }
  });

  it("is not repeated where it is the key, pasted into the wrong field", () => {
    const key = "sk-0123456789";
    assert.throws(
      () => createClient({ ...base, baseUrl: key, apiKey: key }),
      (error: Error) => !error.message.includes(key),
    );
  });
});

describe("the other settings", () => {
  const refused: [string, Partial<ClientSettings>][] = [
    ["apiKey", { apiKey: "line\nbreak" }],
    ["timeoutSeconds", { timeoutSeconds: 0 }],
    ["timeoutSeconds", { timeoutSeconds: Number.NaN }],
    ["timeoutSeconds", { timeoutSeconds: 1e9 }],
    ["maxRetries", { maxRetries: -1 }],
    ["maxRetries", { maxRetries: Number.POSITIVE_INFINITY }],
  ];
  for (const [param, settings] of refused) {
    it(`refuse ${JSON.stringify(Object.values(settings)[0])} as ${param}`, () => {
      assert.throws(() => createClient({ ...base, ...settings }), { code: "invalid_value", param });
    });
  }
});

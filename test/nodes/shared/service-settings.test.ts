import assert from "node:assert/strict";
import { join } from "node:path";
import { builtInSettings, type ConfigFields, settingsOf } from "../../../nodes/shared/service-settings.ts";
import { writtenRehearsal } from "../../../src/models/settings.ts";
import { runFlow } from "../running-flow.ts";

const fields: ConfigFields = {
  id: "n1",
  service: "embedded",
  dataDirectory: "",
  pace: 0,
  baseUrl: "",
  apiVersion: "",
  timeout: 600,
};
const userDir = join("/", "home", "node-red");

/** What a config node with these fields says. */
async function settings(given: Partial<ConfigFields>, keys = { apiKey: "", modelKey: "" }) {
  await using flow = await runFlow([], { userDir });
  return settingsOf(flow.RED, { ...fields, ...given }, keys);
}

describe("the settings of a config node", () => {
  const rehearsal = writtenRehearsal();
  const embedded = {
    service: "embedded",
    directory: join(userDir, "assistants"),
    model: rehearsal,
    retention: { threadDays: 0, runDays: 0 },
  };

  for (const [title, given, expected] of [
    ["the user directory's assistants where no directory is named", {}, {}],
    [
      "a relative directory in the user directory",
      { dataDirectory: " a/b " },
      { directory: join(userDir, "a/b") },
    ],
    ["an absolute directory as it is", { dataDirectory: "/data" }, { directory: "/data" }],
    ["a pace given as a text", { pace: "25" }, { model: { ...rehearsal, pace: 25 } }],
    ["no pace where it is no number", { pace: "fast" }, {}],
    [
      "days that data is kept, given as a text",
      { keepThreadsDays: "30", keepRunsDays: "x" },
      { retention: { threadDays: 30, runDays: 0 } },
    ],
  ] as const) {
    it(`for the built-in service mean ${title}`, async () => {
      assert.deepEqual(await settings(given), { ...embedded, ...expected });
    });
  }

  it("for a real model name a directory of its own, whatever the node is called", async () => {
    const given = { id: "../n.1", modelProvider: "compatible", modelBaseUrl: "http://host" };
    const { directory } = Object(await settings(given));
    assert.equal(directory, join(userDir, "assistants", "___n_1"));
  });

  it("for a server are its address and how to sign in", async () => {
    const given = { service: "azure", baseUrl: "https://host", apiVersion: "v", timeout: 5 };
    assert.deepEqual(await settings(given, { apiKey: "key", modelKey: "other" }), {
      service: "azure",
      baseUrl: "https://host",
      apiKey: "key",
      apiVersion: "v",
      timeoutSeconds: 5,
    });
  });

  const served = {
    modelProvider: "azure",
    modelBaseUrl: "https://host",
    modelName: "deployment",
    modelReasoning: "low",
    modelStreaming: false,
    modelContextWindow: 8192,
  };

  it("for a model are its address, its own key and how to ask it", async () => {
    assert.deepEqual(await settings(served, { apiKey: "other", modelKey: "key" }), {
      ...embedded,
      directory: join(userDir, "assistants", "n1"),
      model: {
        provider: "azure",
        baseUrl: "https://host",
        apiKey: "key",
        model: "deployment",
        wire: "",
        reasoning: "low",
        streaming: false,
        contextWindow: "8192",
        pace: 0,
      },
    });
  });

  it("for the rehearsal model leave out what was filled in for another", async () => {
    const given = { ...served, modelProvider: "rehearsal" };
    assert.deepEqual(await settings(given, { apiKey: "", modelKey: "key" }), embedded);
  });

  it("are those of the built-in service where there is no config node", async () => {
    await using flow = await runFlow([], { userDir });
    assert.deepEqual(builtInSettings(flow.RED), embedded);
  });
});

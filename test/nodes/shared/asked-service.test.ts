import assert from "node:assert/strict";
import type { NodeAPI } from "node-red";
import catalog from "../../../nodes/locales/en-US/config.json" with { type: "json" };
import { failureAt } from "../../../nodes/shared/asked-service.ts";
import { Connection } from "../../../nodes/shared/connection.ts";
import { FlowError } from "../../../nodes/shared/flow-error.ts";
import { contractError } from "../../../src/contract/errors.ts";
import { caughtError } from "../caught-error.ts";
import { catchAll, config, type FlowNode, inbox, vectorStore } from "../node-fields.ts";
import { type RunningFlow, runFlow } from "../running-flow.ts";

const ASKED = /runtime\.asked\.(\w+)$/;
const SERVER = { service: "openai", baseUrl: "http://models.example:8123/v1" };
const notFound = () => contractError("file_not_found", { id: "file-1" });

describe("an error that says which service was asked", () => {
  let flow: RunningFlow;

  afterEach(() => flow[Symbol.asyncDispose]());

  /** The runtime with the words of the catalog, which that of these tests leaves out. */
  function speaking(): NodeAPI {
    const texts: Record<string, string> = catalog.runtime.asked;
    const _ = (key: string, values: Record<string, string>) =>
      (texts[ASKED.exec(key)?.[1] ?? ""] ?? key).replace(/__(\w+)__/g, (_, name) => values[name] ?? "");
    return Object.assign(Object.create(flow.RED), { _ });
  }

  async function told(error: unknown, nodes: FlowNode[] = []) {
    flow = await runFlow(nodes);
    return failureAt(speaking(), new Connection(flow.RED, nodes[0]?.id ?? ""), error);
  }

  const model = {
    modelProvider: "compatible",
    modelBaseUrl: "http://localhost:11434/v1",
    modelName: "llama",
  };
  const services: [string, FlowNode[], string][] = [
    ["the built-in one where none is chosen", [], "built-in"],
    ["the built-in one where it has no name", [config()], "built-in"],
    ["that of a model where it has no name", [config(model)], "llama"],
    ["one by its name", [config({ ...SERVER, name: "My server" })], "My server"],
    ["a server by its host where it has no name", [config(SERVER)], "models.example:8123"],
  ];
  for (const [title, nodes, service] of services) {
    it(`names ${title}`, async () => {
      const { code, message, cause } = await told(notFound(), nodes);
      assert.equal(message, `No file found with id 'file-1'. (service: ${service})`);
      assert.equal(code, "file_not_found");
      assert.ok(typeof cause === "object" && cause !== null && "message" in cause);
      assert.equal(cause.message, "No file found with id 'file-1'.");
    });
  }

  it("names none where something else is wrong", async () => {
    const { message } = await told(contractError("vector_store_expired", { id: "vs_1" }));
    assert.doesNotMatch(message, /service:/);
  });

  it("is what it was where a node found it", async () => {
    const error = new FlowError("file_missing", "There is no file.");
    assert.equal(await told(error), error);
  });

  it("goes to Catch so", async () => {
    const node = vectorStore({ config: "", operation: "retrieve" });
    flow = await runFlow([node, inbox("caught"), catchAll()]);
    flow.send("store", { vectorStore: "vs_000000000000000000000000" });
    assert.match((await caughtError(flow)).message, ASKED);
  });
});

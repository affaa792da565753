import assert from "node:assert/strict";
import { Ensured } from "../../../nodes/shared/ensured.ts";
import { ensuredAssistants } from "../../../nodes/shared/ensured-assistant.ts";
import { createClient } from "../../../src/client/client.ts";
import type { OperationName } from "../../../src/contract/operations.ts";
import { says } from "../../scripted-model.ts";
import { KEY, type Served, serveModel } from "../served-model.ts";

const definition = { name: "Bot", model: "m", instructions: "Be brief.", tools: [] };

/** Each is what one Node-RED has of a flow's node, with a client of its own. */
describe("an assistant that several Node-RED ensure with the same flow", () => {
  let served: Served;
  let closing: (() => Promise<void>)[];

  beforeEach(async () => {
    served = await serveModel([says("Hello.")]);
    closing = [];
  });
  afterEach(async () => {
    await Promise.all(closing.map((close) => close()));
    await served[Symbol.asyncDispose]();
  });

  function instance() {
    const client = createClient({ dialect: "openai", baseUrl: `${served.url}/v1`, apiKey: KEY });
    closing.push(client.close);
    const ensured = new Ensured(ensuredAssistants, { nodeId: "create", environment: "" });
    return (changes: object = {}) => ensured.ensure(client.api, { ...definition, ...changes }, {});
  }

  /** Holds the calls of an operation until so many have arrived. */
  function together(name: OperationName, number: number): void {
    const gate = Promise.withResolvers<void>();
    let arrived = 0;
    served.gates[name] = gate.promise;
    served.onCall = (called) => {
      if (called === name) arrived += 1;
      if (arrived === number) gate.resolve();
    };
  }

  const ids = async () => (await served.api.listAssistants({})).data.map(({ id }) => id);
  const writes = () => served.calls.filter((name) => !name.startsWith("list") && !name.startsWith("get"));

  for (const number of [2, 5]) {
    it(`is one when ${number} make it at the very same moment, and none is left over`, async () => {
      together("createAssistant", number);
      const instances = Array.from({ length: number }, instance);
      const ensured = await Promise.all(instances.map((ensure) => ensure()));
      assert.equal(served.calls.filter((name) => name === "createAssistant").length, number);
      const left = await ids();
      assert.equal(left.length, 1);
      assert.deepEqual(new Set(ensured.map(({ id }) => id)), new Set(left));
      served.calls.length = 0;
      await Promise.all(instances.map((ensure) => ensure()));
      assert.deepEqual(writes(), []);
      assert.deepEqual(served.model.requests, []);
    });
  }

  it("is the first one's when the second looked before it was there and wrote after", async () => {
    const gate = Promise.withResolvers<void>();
    const arrived = Promise.withResolvers<void>();
    served.gates.createAssistant = gate.promise;
    served.onCall = (name) => {
      if (name === "createAssistant") arrived.resolve();
    };
    const late = instance()();
    await arrived.promise;
    served.gates = {};
    const first = await instance()();
    gate.resolve();
    assert.deepEqual(await late, first);
    assert.deepEqual(await ids(), [first.id]);
  });

  it("is what the last one defined when their definitions differ", async () => {
    together("createAssistant", 2);
    const [one, other] = [instance(), instance()];
    await Promise.all([one(), other({ instructions: "Be long." })]);
    const { id, instructions } = await other({ instructions: "Be long." });
    assert.deepEqual([await ids(), instructions], [[id], "Be long."]);
  });

  it("is the oldest where two are there", async () => {
    const { metadata, id } = await instance()();
    await served.api.createAssistant({ ...definition, metadata });
    assert.equal((await instance()()).id, id);
  });
});

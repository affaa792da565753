import assert from "node:assert/strict";
import type { NodeMessage } from "node-red";
import type { VectorStore } from "../../src/contract/objects.ts";
import type { OperationName } from "../../src/contract/operations.ts";
import { caughtError } from "./caught-error.ts";
import { catchAll, inbox, vectorStore } from "./node-fields.ts";
import { type RunningFlow, runFlow } from "./running-flow.ts";
import { type Served, serveModel } from "./served-model.ts";

const ends = [inbox("out"), inbox("caught"), catchAll()];

describe("the vector store node, with a server", () => {
  let served: Served;
  let flow: RunningFlow;
  let store: VectorStore;

  beforeEach(async () => {
    served = await serveModel([]);
    store = await served.api.createVectorStore({ name: "Fruit" });
  });
  afterEach(async () => {
    await flow[Symbol.asyncDispose]();
    await served[Symbol.asyncDispose]();
  });

  const node = (fields: object = {}) => vectorStore({ wires: [["out"]], ...fields });

  async function start(fields: object = {}): Promise<void> {
    flow = await runFlow([served.config, node(fields), ...ends], { credentials: served.credentials });
  }

  async function pass(msg: NodeMessage = {}): Promise<NodeMessage> {
    flow.send("store", msg);
    return flow.inbox("out").next();
  }

  const give = (name: string, content: string) =>
    served.api.createFile({ file: { name, content: Buffer.from(content) }, purpose: "assistants" });

  /** Holds an operation until the test lets it go; fulfilled when it has arrived. */
  function hold(name: OperationName) {
    const gate = Promise.withResolvers<void>();
    const arrived = Promise.withResolvers<void>();
    served.gates[name] = gate.promise;
    served.onCall = (called) => {
      if (called === name) arrived.resolve();
    };
    return { arrived: arrived.promise, letGo: gate.resolve };
  }

  it("ensures one vector store, whatever the number of messages", async () => {
    await start({ storeName: "Manuals", expiryDays: 3 });
    flow.send("store", {});
    flow.send("store", {});
    await flow.inbox("out").take(2);
    await pass();
    const writes = served.calls.filter((name) => name.startsWith("create") || name.startsWith("update"));
    assert.deepEqual(writes, ["createVectorStore"]);
    const { data } = await served.api.listVectorStores({});
    assert.deepEqual(
      data.map(({ name, expires_after }) => [name, expires_after?.days]),
      [
        ["Manuals", 3],
        ["Fruit", undefined],
      ],
    );
  });

  it("asks until the files can be searched, and shows how far the server has come", async () => {
    await start({ operation: "addFiles" });
    const file = [await give("a.txt", "apple"), await give("b.txt", "banana")];
    const statuses = flow.statuses("store");
    const msg = await pass({ vectorStore: store, file });
    assert.deepEqual(msg["vectorStore"], await served.api.getVectorStore({ vector_store_id: store.id }));
    assert.deepEqual(
      (await served.api.listVectorStoreFiles({ vector_store_id: store.id })).data.map(({ status }) => status),
      ["completed", "completed"],
    );
    const keys = statuses.map(({ text }) => text?.split(".").at(-1));
    assert.deepEqual(keys, ["working", "indexingCount", undefined]);
  });

  it("searches with a filter of attributes that it gave the files", async () => {
    await start({ operation: "addFiles", attributes: '{"kind":"{{topic}}"}' });
    for (const topic of ["red", "yellow"]) {
      await pass({ vectorStore: store, file: await give(`${topic}.txt`, "A fruit."), topic });
    }
    await flow[Symbol.asyncDispose]();
    await start({ operation: "search", filter: '{"type":"eq","key":"kind","value":"red"}' });
    const { payload } = await pass({ vectorStore: store, payload: "fruit" });
    assert.ok(Array.isArray(payload));
    assert.deepEqual(
      payload.map(({ filename }) => filename),
      ["red.txt"],
    );
  });

  it("gives up when the time is over, and the server goes on", async () => {
    await start({ operation: "addFiles", waitSeconds: "0.5" });
    const { letGo } = hold("getVectorStoreFileBatch");
    const file = await give("a.txt", "apple");
    flow.send("store", { vectorStore: store, file });
    assert.equal((await caughtError(flow)).code, "indexing_timeout");
    letGo();
    const { data } = await served.api.listVectorStoreFiles({ vector_store_id: store.id });
    assert.deepEqual(
      data.map(({ id }) => id),
      [file.id],
    );
  });

  it("waits no more when it closes, and stays silent", async () => {
    await start({ operation: "addFiles" });
    const { arrived, letGo } = hold("getVectorStoreFileBatch");
    flow.send("store", { vectorStore: store, file: await give("a.txt", "apple") });
    await arrived;
    const silent = [flow.inbox("out"), flow.inbox("caught")];
    await flow.deploy([served.config, node({ operation: "addFiles", name: "changed" }), ...ends]);
    letGo();
    await pass({ vectorStore: store, file: await give("b.txt", "banana") });
    assert.deepEqual(
      silent.map(({ arrived: messages }) => messages.length),
      [1, 0],
    );
  });

  it("sends a message to Catch whose vector store is deleted while it waits", async () => {
    await start({ operation: "addFiles" });
    const { arrived, letGo } = hold("getVectorStoreFileBatch");
    flow.send("store", { vectorStore: store, file: await give("a.txt", "apple") });
    await arrived;
    await served.api.deleteVectorStore({ vector_store_id: store.id });
    letGo();
    assert.equal((await caughtError(flow)).code, "vector_store_not_found");
  });
});

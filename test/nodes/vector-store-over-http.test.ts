import assert from "node:assert/strict";
import type { NodeMessage } from "node-red";
import type { VectorStore } from "../../src/contract/objects.ts";
import type { OperationName } from "../../src/contract/operations.ts";
import { caughtError } from "./caught-error.ts";
import { vectorStore } from "./node-fields.ts";
import { useServedFlow } from "./served-flow.ts";

describe("the vector store node, with a server", () => {
  const running = useServedFlow();
  let store: VectorStore;

  beforeEach(async () => {
    store = await running.served.api.createVectorStore({ name: "Fruit" });
  });

  const node = (fields: object = {}) => vectorStore({ wires: [["out"]], ...fields });

  const start = (fields: object = {}) => running.start([node(fields)]);

  async function pass(msg: NodeMessage = {}): Promise<NodeMessage> {
    running.flow.send("store", msg);
    return running.flow.inbox("out").next();
  }

  const give = (name: string, content: string) =>
    running.served.api.createFile({ file: { name, content: Buffer.from(content) }, purpose: "assistants" });

  /** Holds an operation until the test lets it go; fulfilled when it has arrived. */
  function hold(name: OperationName) {
    const gate = Promise.withResolvers<void>();
    const arrived = Promise.withResolvers<void>();
    running.served.gates[name] = gate.promise;
    running.served.onCall = (called) => {
      if (called === name) arrived.resolve();
    };
    return { arrived: arrived.promise, letGo: gate.resolve };
  }

  it("ensures one vector store, whatever the number of messages", async () => {
    await start({ storeName: "Manuals", expiryDays: 3 });
    running.flow.send("store", {});
    running.flow.send("store", {});
    await running.flow.inbox("out").take(2);
    await pass();
    const writes = running.served.calls.filter(
      (name) => name.startsWith("create") || name.startsWith("update"),
    );
    assert.deepEqual(writes, ["createVectorStore"]);
    const { data } = await running.served.api.listVectorStores({});
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
    const statuses = running.flow.statuses("store");
    const msg = await pass({ vectorStore: store, file });
    assert.deepEqual(
      msg["vectorStore"],
      await running.served.api.getVectorStore({ vector_store_id: store.id }),
    );
    assert.deepEqual(
      (await running.served.api.listVectorStoreFiles({ vector_store_id: store.id })).data.map(
        ({ status }) => status,
      ),
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
    await running.stop();
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
    running.flow.send("store", { vectorStore: store, file });
    assert.equal((await caughtError(running.flow)).code, "indexing_timeout");
    letGo();
    const { data } = await running.served.api.listVectorStoreFiles({ vector_store_id: store.id });
    assert.deepEqual(
      data.map(({ id }) => id),
      [file.id],
    );
  });

  it("waits no more when it closes, and stays silent", async () => {
    await start({ operation: "addFiles" });
    const { arrived, letGo } = hold("getVectorStoreFileBatch");
    running.flow.send("store", { vectorStore: store, file: await give("a.txt", "apple") });
    await arrived;
    const silent = [running.flow.inbox("out"), running.flow.inbox("caught")];
    await running.deploy([node({ operation: "addFiles", name: "changed" })]);
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
    running.flow.send("store", { vectorStore: store, file: await give("a.txt", "apple") });
    await arrived;
    await running.served.api.deleteVectorStore({ vector_store_id: store.id });
    letGo();
    assert.equal((await caughtError(running.flow)).code, "vector_store_not_found");
  });
});

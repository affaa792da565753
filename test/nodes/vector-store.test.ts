import assert from "node:assert/strict";
import type { VectorStore } from "../../src/contract/objects.ts";
import { useVectorStoreNode } from "./vector-stores/vector-store-node.ts";

const UNKNOWN = "vs_000000000000000000000000";

describe("the vector store node", () => {
  const { running, start, pass, fails, all, give, filled } = useVectorStoreNode();

  describe("create", () => {
    it("makes a new one for every message, its texts filled in", async () => {
      await start({
        operation: "create",
        storeName: "Of {{topic}}",
        metadata: '{"customer":"{{topic}}"}',
        expiryDays: 0,
      });
      for (const topic of ["alice", "bob"]) await pass({ topic });
      const made = await all();
      assert.deepEqual(
        made.map(({ name, metadata, expires_after }) => [name, metadata, expires_after]),
        [
          ["Of alice", { customer: "alice" }, undefined],
          ["Of bob", { customer: "bob" }, undefined],
        ],
      );
    });

    it("needs no text at all", async () => {
      await start({ operation: "create" });
      const { vectorStore: made } = await pass();
      assert.deepEqual([made], await all());
    });
  });

  describe("modify", () => {
    it("changes what the form says and leaves the rest", async () => {
      await start({ operation: "modify", storeName: "{{payload}}", expiryDays: "3" });
      const store = await running.api.createVectorStore({ name: "Old", metadata: { a: "1" } });
      const msg = await pass({ vectorStore: store, payload: "New" });
      const [changed] = await all();
      assert.deepEqual(msg["vectorStore"], changed);
      assert.deepEqual(
        [changed?.name, changed?.metadata, changed?.expires_after?.days],
        ["New", { a: "1" }, 3],
      );
    });

    it("replaces the metadata, and takes the expiry away with 0 days", async () => {
      await start({ operation: "modify", expiryDays: "0", metadata: "meta", metadataType: "msg" });
      const expires_after = { anchor: "last_active_at", days: 3 } as const;
      const store = await running.api.createVectorStore({ name: "Old", metadata: { a: "1" }, expires_after });
      await pass({ vectorStore: store.id, meta: { b: "2" } });
      const [changed] = await all();
      assert.deepEqual(
        [changed?.name, changed?.metadata, changed?.expires_after ?? null],
        ["Old", { b: "2" }, null],
      );
    });
  });

  it("retrieves a vector store by its ID", async () => {
    await start({ operation: "retrieve", vectorStore: "{{payload}}", vectorStoreType: "str" });
    const store = await running.api.createVectorStore({});
    assert.deepEqual((await pass({ payload: store.id }))["vectorStore"], store);
  });

  it("lists the newest vector stores, no more than the limit", async () => {
    await start({ operation: "list", limit: "2" });
    const made: VectorStore[] = [];
    for (const name of ["a", "b", "c"]) made.push(await running.api.createVectorStore({ name }));
    const msg = await pass({ vectorStore: "kept" });
    assert.deepEqual(msg.payload, made.toReversed().slice(0, 2));
    assert.equal(msg["vectorStore"], "kept");
  });

  it("deletes a vector store, and its files stay", async () => {
    await start({ operation: "delete" });
    const store = await filled({ "a.txt": "apple" });
    const msg = await pass({ vectorStore: store });
    assert.deepEqual(msg["vectorStore"], { id: store.id, object: "vector_store.deleted", deleted: true });
    assert.deepEqual(await all(), []);
    assert.deepEqual(
      (await running.api.listFiles({})).data.map(({ filename }) => filename),
      ["a.txt"],
    );
  });

  for (const operation of [
    "retrieve",
    "modify",
    "delete",
    "addFiles",
    "listFiles",
    "removeFiles",
    "search",
  ]) {
    it(`${operation} sends a message to Catch that has no vector store, or one that is gone`, async () => {
      await start({ operation });
      const file = await give("a.txt", "apple");
      assert.equal((await fails({ file, payload: "apple" })).code, "vector_store_missing");
      const gone = await fails({ vectorStore: UNKNOWN, file, payload: "apple" });
      assert.equal(gone.code, "vector_store_not_found");
      assert.deepEqual(running.flow.inbox("out").arrived, []);
    });
  }
});

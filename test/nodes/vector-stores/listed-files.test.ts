import assert from "node:assert/strict";
import { BINARY, useVectorStoreNode } from "./vector-store-node.ts";

describe("the vector store node", () => {
  const { running, start, pass, give, filesIn, filled } = useVectorStoreNode();

  describe("list files", () => {
    it("puts the newest files into the payload, over as many pages as it takes", async () => {
      await start({ operation: "listFiles", limit: "150" });
      const store = await running.api.createVectorStore({});
      const given = await Promise.all(Array.from({ length: 160 }, () => give("a.txt", "apple")));
      const ids = given.map(({ id }) => id);
      for (const file_id of ids)
        await running.api.createVectorStoreFile({ vector_store_id: store.id, file_id });
      const { payload, vectorStore: kept } = await pass({ vectorStore: store });
      assert.ok(Array.isArray(payload));
      assert.deepEqual(
        payload.map(({ id }) => id),
        ids.toReversed().slice(0, 150),
      );
      assert.deepEqual(kept, store);
    }).timeout(60_000);

    for (const [limit, status] of [
      [2, "status.foundAtLeast"],
      [3, "status.found"],
    ] as const) {
      it(`tells by its status whether there may be more than ${limit}: ${status}`, async () => {
        await start({ operation: "listFiles", limit });
        const store = await filled({ "a.txt": "apple", "b.txt": "banana" });
        const statuses = running.flow.statuses("store");
        await pass({ vectorStore: store });
        assert.ok(statuses.at(-1)?.text?.endsWith(status), JSON.stringify(statuses));
      });
    }

    it("shows which files have failed and why, where only those are asked for", async () => {
      await start({ operation: "listFiles", fileStatus: "failed" });
      const store = await filled({ "a.txt": "apple", "b.bin": String(BINARY) });
      const { payload } = await pass({ vectorStore: store });
      assert.ok(Array.isArray(payload));
      assert.deepEqual(
        payload.map(({ last_error, attributes }) => [attributes.name, typeof last_error.message]),
        [["b.bin", "string"]],
      );
    });
  });

  it("removes files from the store, and they stay with the service", async () => {
    await start({ operation: "removeFiles", files: "payload" });
    const store = await filled({ "a.txt": "apple", "b.txt": "banana", "c.txt": "cherry" });
    const files = await filesIn(store);
    const [a, b, c] = files;
    const msg = await pass({ vectorStore: store, payload: [a, b?.id] });
    assert.deepEqual(
      (await filesIn(store)).map(({ id }) => id),
      [c?.id],
    );
    assert.deepEqual(msg["vectorStore"], await running.api.getVectorStore({ vector_store_id: store.id }));
    assert.equal((await running.api.listFiles({})).data.length, 3);
  });
});

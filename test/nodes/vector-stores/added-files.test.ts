import assert from "node:assert/strict";
import { idOf } from "../../../nodes/shared/fields.ts";
import { BINARY, useVectorStoreNode } from "./vector-store-node.ts";

describe("the vector store node", () => {
  const { running, start, pass, storeAfter, fails, give, filesIn } = useVectorStoreNode();

  describe("add files", () => {
    it("waits until the file in msg.file can be searched", async () => {
      await start({ operation: "addFiles" });
      const store = await running.api.createVectorStore({});
      const file = await give("a.txt", "The word apple uses the code 442345.");
      const msg = await pass({ vectorStore: store, file, payload: "kept" });
      const added = await running.api.getVectorStore({ vector_store_id: store.id });
      assert.deepEqual(msg["vectorStore"], added);
      assert.equal(added.file_counts.completed, 1);
      assert.deepEqual([msg["file"], msg.payload], [file, "kept"]);
    });

    const lists: Record<string, (a: { id: string }, b: { id: string }) => unknown> = {
      files: (a, b) => [a, b],
      "IDs, one of them twice": (a, b) => [a.id, b.id, a.id],
      "objects with file_id": (a, b) => [{ file_id: a.id }, { file_id: b.id }],
    };
    for (const [title, listOf] of Object.entries(lists)) {
      it(`adds a list of ${title}`, async () => {
        await start({ operation: "addFiles", files: "payload" });
        const store = await running.api.createVectorStore({});
        const payload = listOf(await give("a.txt", "apple"), await give("b.txt", "banana"));
        const { file_counts } = await storeAfter({ vectorStore: store, payload });
        assert.deepEqual(file_counts, {
          in_progress: 0,
          completed: 2,
          failed: 0,
          cancelled: 0,
          total: 2,
        });
      });
    }

    it("adds more files than one request takes", async () => {
      await start({ operation: "addFiles", files: "payload" });
      const store = await running.api.createVectorStore({});
      const names = Array.from({ length: 501 }, (_, place) => `${place}.txt`);
      const payload = await Promise.all(names.map((name) => give(name, "apple")));
      const requests: number[] = [];
      const create = running.api.createVectorStoreFileBatch;
      running.api.createVectorStoreFileBatch = (parameters, options) => {
        requests.push(parameters.file_ids?.length ?? 0);
        return create(parameters, options);
      };
      const statuses = running.flow.statuses("store");
      const { file_counts } = await storeAfter({ vectorStore: store, payload });
      assert.deepEqual(requests, [500, 1]);
      assert.equal(file_counts.completed, 501);
      assert.ok(statuses.some(({ text }) => text?.endsWith("status.indexingCount")));
      assert.deepEqual(statuses.at(-1), {});
    }).timeout(60_000);

    it("gives each file the attributes of the form, and its own over them", async () => {
      await start({
        operation: "addFiles",
        files: "payload",
        attributes: '{"path":"{{topic}}","year":2026,"draft":true}',
      });
      const store = await running.api.createVectorStore({});
      const [a, b] = [await give("a.txt", "apple"), await give("b.txt", "banana")];
      const payload = [a.id, { file_id: b.id, attributes: { year: 2025 } }];
      await pass({ vectorStore: store, payload, topic: "x.txt" });
      const attributes = new Map((await filesIn(store)).map((file) => [file.id, file.attributes]));
      assert.deepEqual(attributes.get(a.id), { path: "x.txt", year: 2026, draft: true });
      assert.deepEqual(attributes.get(b.id), { path: "x.txt", year: 2025, draft: true });
    });

    for (const attributes of ["", '{"a":1}']) {
      it(`cuts the files in chunks of the form's size, with attributes '${attributes}'`, async () => {
        await start({
          operation: "addFiles",
          attributes,
          chunking: "static",
          chunkSize: "200",
          chunkOverlap: 50,
        });
        const store = await running.api.createVectorStore({});
        await pass({ vectorStore: store, file: await give("a.txt", "apple") });
        const size = { max_chunk_size_tokens: 200, chunk_overlap_tokens: 50 };
        const [file] = await filesIn(store);
        assert.deepEqual(file?.chunking_strategy, { type: "static", static: size });
      });
    }

    it("does not wait when the form says so", async () => {
      await start({ operation: "addFiles", wait: false });
      const looks: unknown[] = [];
      running.api.getVectorStoreFileBatch = (parameters) => {
        looks.push(parameters);
        return Promise.reject(new Error("nobody looks"));
      };
      const store = await running.api.createVectorStore({});
      const msg = await pass({ vectorStore: store, file: await give("a.txt", "apple") });
      assert.equal(idOf(msg["vectorStore"]), store.id);
      assert.equal((await filesIn(store)).length, 1);
      assert.deepEqual(looks, []);
    });

    it("sends a file that cannot be read to Catch, with what the service says", async () => {
      await start({ operation: "addFiles" });
      const store = await running.api.createVectorStore({});
      const file = await give("a.bin", BINARY);
      const { code, cause } = await fails({ vectorStore: store, file });
      const [failed] = await filesIn(store);
      const why = {
        ...failed?.last_error,
        file_id: file.id,
        filename: "a.bin",
        vector_store_id: store.id,
        status: "failed",
      };
      assert.equal(code, "indexing_failed");
      assert.equal(failed?.status, "failed");
      assert.deepEqual(cause, { ...why, files: [why] });
      assert.deepEqual(running.flow.inbox("out").arrived, []);
    });

    it("names every file of many that failed, and the others can be searched", async () => {
      await start({ operation: "addFiles", files: "payload" });
      const store = await running.api.createVectorStore({});
      const payload: string[] = [];
      for (const content of [BINARY, "apple", BINARY]) payload.push((await give("a", content)).id);
      const { code, cause, message } = await fails({ vectorStore: store, payload });
      assert.ok(
        typeof cause === "object" && cause !== null && "files" in cause && Array.isArray(cause.files),
      );
      assert.deepEqual(
        cause.files.map(({ file_id }: { file_id: string }) => file_id).sort(),
        [payload[0], payload[2]].sort(),
      );
      assert.equal(code, "indexing_failed");
      assert.match(message, /several\.indexing_failed$/);
      const { file_counts } = await running.api.getVectorStore({ vector_store_id: store.id });
      assert.deepEqual([file_counts.completed, file_counts.failed], [1, 2]);
    });

    const wrong: Record<string, [unknown, string]> = {
      nothing: [undefined, "file_missing"],
      "an empty list": [[], "file_missing"],
      "a list with a number": [["file-1", 7], "file_missing"],
      "an object without an id": [{ name: "a.txt" }, "file_missing"],
      "attributes that are none": [{ file_id: "file-1", attributes: { a: {} } }, "attributes_invalid"],
      "a file that is not there": ["file-000000000000000000000000", "file_not_found"],
    };
    for (const [title, [file, code]] of Object.entries(wrong)) {
      it(`sends ${title} to Catch, and adds nothing: ${code}`, async () => {
        await start({ operation: "addFiles" });
        const store = await running.api.createVectorStore({});
        assert.equal((await fails({ vectorStore: store, file })).code, code);
        assert.deepEqual(await filesIn(store), []);
      });
    }
  });
});

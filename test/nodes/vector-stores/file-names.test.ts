/** The names of files, where the service itself gives their ids alone. */
import assert from "node:assert/strict";
import type { VectorStore, VectorStoreFile } from "../../../src/contract/objects.ts";
import { BINARY, useVectorStoreNode } from "./vector-store-node.ts";

describe("the names of files in a vector store", () => {
  const { running, give, pass, fails, ...node } = useVectorStoreNode();
  let store: VectorStore;

  async function start(fields: object): Promise<void> {
    await node.start(fields);
    store = await running.api.createVectorStore({});
  }

  async function put(name: string): Promise<VectorStoreFile> {
    const { id: file_id } = await give(name, "apple");
    await running.api.createVectorStoreFile({ vector_store_id: store.id, file_id });
    for (;;) {
      const file = await running.api.getVectorStoreFile({ vector_store_id: store.id, file_id });
      if (file.status === "completed") return file;
    }
  }

  const listed = async () => (await pass({ vectorStore: store })).payload;

  it("stand beside what the service says of each file that is listed", async () => {
    await start({ operation: "listFiles", fileNames: true });
    const [a, b] = [await put("a.txt"), await put("b.txt")];
    assert.deepEqual(await listed(), [
      { ...b, filename: "b.txt" },
      { ...a, filename: "a.txt" },
    ]);
  });

  for (const fileNames of [false, undefined]) {
    it(`are not asked for where the form does not say so: ${fileNames}`, async () => {
      await start({ operation: "listFiles", fileNames });
      const file = await put("a.txt");
      running.api.getFile = () => Promise.reject(new Error("nobody asks"));
      assert.deepEqual(await listed(), [file]);
    });
  }

  it("are left out of a file that is deleted meanwhile", async () => {
    await start({ operation: "listFiles", fileNames: true });
    const file = await put("a.txt");
    const { api } = running;
    const { getFile } = api;
    api.getFile = async (parameters, options) => {
      await running.api.deleteFile(parameters);
      return getFile(parameters, options);
    };
    assert.deepEqual(await listed(), [file]);
  });

  it("are left out of the error of files that cannot be searched where the service does not tell them", async () => {
    await start({ operation: "addFiles" });
    const file = await give("a.bin", BINARY);
    running.api.getFile = () => Promise.reject(new Error("busy"));
    const { code, cause } = await fails({ vectorStore: store, file });
    assert.equal(code, "indexing_failed");
    assert.ok(typeof cause === "object" && cause !== null && !("filename" in cause));
  });

  it("are asked for by eight requests at once, and no more", async () => {
    await start({ operation: "listFiles", fileNames: true, limit: 100 });
    const names = Array.from({ length: 20 }, (_, place) => `${place}.txt`);
    await Promise.all(names.map(put));
    const { api } = running;
    const { getFile } = api;
    let underWay = 0;
    let most = 0;
    api.getFile = async (parameters, options) => {
      underWay += 1;
      most = Math.max(most, underWay);
      const file = await getFile(parameters, options);
      underWay -= 1;
      return file;
    };
    const files = await listed();
    assert.ok(Array.isArray(files));
    assert.deepEqual(files.map(({ filename }) => filename).sort(), names.sort());
    assert.equal(most, 8);
  });

  it("stand in the error of files that cannot be searched, beside what is wrong with each", async () => {
    await start({ operation: "addFiles" });
    const file = [await give("a.bin", BINARY), await give("b.txt", "apple"), await give("c.bin", BINARY)];
    const { cause } = await fails({ vectorStore: store, file });
    assert.ok(typeof cause === "object" && cause !== null && "files" in cause && Array.isArray(cause.files));
    assert.ok("filename" in cause);
    const names = cause.files.map(({ filename }: { filename: string }) => filename);
    assert.equal(cause.filename, names[0]);
    assert.deepEqual(names.sort(), ["a.bin", "c.bin"]);
  });
});

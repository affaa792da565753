/** The names of files, where the service itself gives their ids alone. */
import assert from "node:assert/strict";
import type { AssistantsApi } from "../../src/contract/api.ts";
import type { VectorStore, VectorStoreFile } from "../../src/contract/objects.ts";
import { caughtError } from "./caught-error.ts";
import { catchAll, inbox, vectorStore } from "./node-fields.ts";
import { type RunningFlow, runFlow } from "./running-flow.ts";

const BINARY = Buffer.from([0, 1, 2, 0, 255, 254, 0]);

describe("the names of files in a vector store", () => {
  let flow: RunningFlow;
  let api: AssistantsApi;
  let release: () => Promise<void>;
  let store: VectorStore;

  afterEach(async () => {
    await release();
    await flow[Symbol.asyncDispose]();
  });

  async function start(fields: object): Promise<void> {
    const node = vectorStore({ config: "", wires: [["out"]], ...fields });
    flow = await runFlow([node, inbox("out"), inbox("caught"), catchAll()]);
    const service = await flow.lease();
    ({ api } = service.value);
    ({ release } = service);
    store = await api.createVectorStore({});
  }

  const give = (name: string, content: string | Buffer) =>
    api.createFile({ file: { name, content: Buffer.from(content) }, purpose: "assistants" });

  async function put(name: string): Promise<VectorStoreFile> {
    const { id: file_id } = await give(name, "apple");
    await api.createVectorStoreFile({ vector_store_id: store.id, file_id });
    for (;;) {
      const file = await api.getVectorStoreFile({ vector_store_id: store.id, file_id });
      if (file.status === "completed") return file;
    }
  }

  async function listed(): Promise<unknown> {
    flow.send("store", { vectorStore: store });
    return (await flow.inbox("out").next()).payload;
  }

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
      api.getFile = () => Promise.reject(new Error("nobody asks"));
      assert.deepEqual(await listed(), [file]);
    });
  }

  it("are left out of a file that is deleted meanwhile", async () => {
    await start({ operation: "listFiles", fileNames: true });
    const file = await put("a.txt");
    const { getFile } = api;
    api.getFile = async (parameters, options) => {
      await api.deleteFile(parameters);
      return getFile(parameters, options);
    };
    assert.deepEqual(await listed(), [file]);
  });

  it("are left out of the error of files that cannot be searched where the service does not tell them", async () => {
    await start({ operation: "addFiles" });
    const file = await give("a.bin", BINARY);
    api.getFile = () => Promise.reject(new Error("busy"));
    flow.send("store", { vectorStore: store, file });
    const { code, cause } = await caughtError(flow);
    assert.equal(code, "indexing_failed");
    assert.ok(typeof cause === "object" && cause !== null && !("filename" in cause));
  });

  it("are asked for by eight requests at once, and no more", async () => {
    await start({ operation: "listFiles", fileNames: true, limit: 100 });
    const names = Array.from({ length: 20 }, (_, place) => `${place}.txt`);
    await Promise.all(names.map(put));
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
    flow.send("store", { vectorStore: store, file });
    const { cause } = await caughtError(flow);
    assert.ok(typeof cause === "object" && cause !== null && "files" in cause && Array.isArray(cause.files));
    assert.ok("filename" in cause);
    const names = cause.files.map(({ filename }: { filename: string }) => filename);
    assert.equal(cause.filename, names[0]);
    assert.deepEqual(names.sort(), ["a.bin", "c.bin"]);
  });
});

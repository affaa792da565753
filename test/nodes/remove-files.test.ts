import assert from "node:assert/strict";
import type { AssistantsApi } from "../../src/contract/api.ts";
import type { VectorStore } from "../../src/contract/objects.ts";
import { catchAll, inbox, vectorStore } from "./node-fields.ts";
import { type RunningFlow, runFlow } from "./running-flow.ts";

describe("the vector store node that removes files", () => {
  let flow: RunningFlow;
  let api: AssistantsApi;
  let release: () => Promise<void>;
  let store: VectorStore;

  beforeEach(async () => {
    const node = vectorStore({ config: "", operation: "removeFiles", wires: [["out"]] });
    flow = await runFlow([node, inbox("out"), inbox("caught"), catchAll()]);
    const service = await flow.lease();
    ({ api } = service.value);
    ({ release } = service);
    store = await api.createVectorStore({});
  });
  afterEach(async () => {
    await release();
    await flow[Symbol.asyncDispose]();
  });

  it("goes on where a file is not in the store, or not any more, and removes the others", async () => {
    const put = async (name: string) => {
      const content = Buffer.from("apple");
      const file = await api.createFile({ file: { name, content }, purpose: "assistants" });
      await api.createVectorStoreFile({ vector_store_id: store.id, file_id: file.id });
      return file;
    };
    const [a, b] = [await put("a.txt"), await put("b.txt")];
    for (const file of [a, [a, b]]) {
      flow.send("store", { vectorStore: store, file });
      await flow.inbox("out").next();
    }
    assert.deepEqual((await api.listVectorStoreFiles({ vector_store_id: store.id })).data, []);
    assert.deepEqual(flow.inbox("caught").arrived, []);
  });
});

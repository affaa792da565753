/** A property that a form names and the message does not have: no attributes, and no search without its filter. */
import assert from "node:assert/strict";
import type { NodeMessage } from "node-red";
import type { AssistantsApi } from "../../src/contract/api.ts";
import type { VectorStore, VectorStoreFile } from "../../src/contract/objects.ts";
import { caughtError } from "./caught-error.ts";
import { catchAll, type FlowNode, inbox, uploadFile, vectorStore } from "./node-fields.ts";
import { type RunningFlow, runFlow } from "./running-flow.ts";

describe("where the message does not have the property of a form", () => {
  let flow: RunningFlow;
  let api: AssistantsApi;
  let release: () => Promise<void>;
  let store: VectorStore;

  afterEach(async () => {
    await release();
    await flow[Symbol.asyncDispose]();
  });

  async function start(node: FlowNode): Promise<void> {
    flow = await runFlow([
      { ...node, id: "node", config: "", wires: [["out"]] },
      inbox("out"),
      inbox("caught"),
      catchAll(),
    ]);
    const service = await flow.lease();
    ({ api } = service.value);
    ({ release } = service);
    store = await api.createVectorStore({});
  }

  async function pass(msg: NodeMessage): Promise<NodeMessage> {
    flow.send("node", { vectorStore: store, ...msg });
    return flow.inbox("out").next();
  }

  const give = (name: string, content: string) =>
    api.createFile({ file: { name, content: Buffer.from(content) }, purpose: "assistants" });

  const stored = async (): Promise<VectorStoreFile[]> =>
    (await api.listVectorStoreFiles({ vector_store_id: store.id })).data;

  async function fill(): Promise<void> {
    for (const name of ["a.txt", "b.txt"]) {
      const { id: file_id } = await give(name, "apple");
      await api.createVectorStoreFile({ vector_store_id: store.id, file_id, attributes: { name } });
    }
    while ((await stored()).some(({ status }) => status === "in_progress"));
  }

  const fromMessage = { filter: "filter", filterType: "msg" };
  const absent: [string, object, object][] = [
    ["it is null", fromMessage, { filter: null }],
    ["none is chosen", { filter: "", filterType: "none" }, {}],
  ];
  for (const [title, fields, msg] of absent) {
    it(`a search without a filter looks into all files: ${title}`, async () => {
      await start(vectorStore({ operation: "search", ...fields }));
      await fill();
      const { payload } = await pass({ payload: "apple", ...msg });
      assert.ok(Array.isArray(payload));
      assert.deepEqual(payload.map(({ filename }) => filename).sort(), ["a.txt", "b.txt"]);
    });
  }

  for (const filter of ["filter", "payload.filter.of"]) {
    it(`a search that is to have a filter opens nothing: msg.${filter}`, async () => {
      await start(vectorStore({ operation: "search", filter, filterType: "msg" }));
      await fill();
      flow.send("node", { vectorStore: store, payload: "apple" });
      assert.equal((await caughtError(flow)).code, "filter_invalid");
      assert.deepEqual(flow.inbox("out").arrived, []);
    });
  }

  for (const attributes of [undefined, null]) {
    it(`a file is added without attributes: ${attributes}`, async () => {
      await start(vectorStore({ operation: "addFiles", attributes: "about", attributesType: "msg" }));
      await pass({ file: await give("a.txt", "apple"), about: attributes });
      assert.deepEqual((await stored())[0]?.attributes, {});
    });

    it(`a file is uploaded into a vector store without attributes: ${attributes}`, async () => {
      const place = { vectorStore: "vectorStore", vectorStoreType: "msg" };
      await start(uploadFile({ ...place, attributes: "about", attributesType: "msg" }));
      await pass({ payload: "apple", about: attributes });
      assert.deepEqual((await stored())[0]?.attributes, {});
    });
  }
});

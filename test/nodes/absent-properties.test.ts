/** A property that a form names and the message does not have: no attributes, and no search without its filter. */
import assert from "node:assert/strict";
import type { NodeMessage } from "node-red";
import type { VectorStore, VectorStoreFile } from "../../src/contract/objects.ts";
import { useBuiltInFlow } from "./built-in-flow.ts";
import { caughtError } from "./caught-error.ts";
import { type FlowNode, uploadFile, vectorStore } from "./node-fields.ts";

describe("where the message does not have the property of a form", () => {
  const running = useBuiltInFlow();
  let store: VectorStore;

  async function start(node: FlowNode): Promise<void> {
    await running.start([{ ...node, id: "node", config: "", wires: [["out"]] }]);
    store = await running.api.createVectorStore({});
  }

  const send = (msg: NodeMessage) => running.flow.send("node", { vectorStore: store, ...msg });

  async function pass(msg: NodeMessage): Promise<NodeMessage> {
    send(msg);
    return running.flow.inbox("out").next();
  }

  const give = (name: string, content: string) =>
    running.api.createFile({ file: { name, content: Buffer.from(content) }, purpose: "assistants" });

  const stored = async (): Promise<VectorStoreFile[]> =>
    (await running.api.listVectorStoreFiles({ vector_store_id: store.id })).data;

  async function fill(): Promise<void> {
    for (const name of ["a.txt", "b.txt"]) {
      const { id: file_id } = await give(name, "apple");
      await running.api.createVectorStoreFile({ vector_store_id: store.id, file_id, attributes: { name } });
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
      send({ payload: "apple" });
      assert.equal((await caughtError(running.flow)).code, "filter_invalid");
      assert.deepEqual(running.flow.inbox("out").arrived, []);
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

/** A vector store node on the built-in service, and what stands in its stores. */
import assert from "node:assert/strict";
import type { NodeMessage } from "node-red";
import { idOf } from "../../../nodes/shared/fields.ts";
import type { VectorStore } from "../../../src/contract/objects.ts";
import { useBuiltInFlow } from "../built-in-flow.ts";
import { caughtError } from "../caught-error.ts";
import { type FlowNode, vectorStore } from "../node-fields.ts";

/** What no reader takes for a text. */
export const BINARY = Buffer.from([0, 1, 2, 0, 255, 254, 0]);

export const node = (fields: object = {}) => vectorStore({ config: "", wires: [["out"]], ...fields });

/** For each test of this suite a vector store node that it starts. */
export function useVectorStoreNode() {
  const running = useBuiltInFlow();

  const start = (fields: object = {}, others: FlowNode[] = []) => running.start([...others, node(fields)]);

  async function pass(msg: NodeMessage = {}): Promise<NodeMessage> {
    running.flow.send("store", msg);
    return running.flow.inbox("out").next();
  }

  /** The vector store in the message that comes out, as it stands then. */
  async function storeAfter(msg: NodeMessage = {}): Promise<VectorStore> {
    const { vectorStore: passed } = await pass(msg);
    const store = await running.api.getVectorStore({ vector_store_id: idOf(passed) ?? "" });
    assert.deepEqual(passed, store);
    return store;
  }

  async function fails(msg: NodeMessage) {
    running.flow.send("store", msg);
    return caughtError(running.flow);
  }

  const all = async (): Promise<VectorStore[]> => (await running.api.listVectorStores({ order: "asc" })).data;

  const give = (name: string, content: string | Buffer) =>
    running.api.createFile({ file: { name, content: Buffer.from(content) }, purpose: "assistants" });

  const filesIn = async ({ id }: VectorStore) =>
    (await running.api.listVectorStoreFiles({ vector_store_id: id, order: "asc" })).data;

  /** A vector store in which these texts can be searched. */
  async function filled(texts: Record<string, string>, attributes: (name: string) => object = () => ({})) {
    const made = await running.api.createVectorStore({ name: "Filled" });
    for (const [name, content] of Object.entries(texts)) {
      const { id: file_id } = await give(name, content);
      const added = { vector_store_id: made.id, file_id, attributes: { name, ...attributes(name) } };
      await running.api.createVectorStoreFile(added);
    }
    for (;;) {
      const store = await running.api.getVectorStore({ vector_store_id: made.id });
      if (store.status === "completed") return store;
    }
  }

  return { running, start, stop: () => running.stop(), pass, storeAfter, fails, all, give, filesIn, filled };
}

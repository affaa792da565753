/** What tools may use, wherever it can be said: what is not there is refused, and so is more than may be. */
import assert from "node:assert/strict";
import type { OperationName } from "../../src/contract/operations.ts";
import { uploadText } from "./library.ts";
import { assertNotFound, callUnchecked, errorOf } from "./rejections.ts";
import type { Subject } from "./subject.ts";

interface Place {
  operation: OperationName;
  /** What the operation needs besides. */
  needs(subject: Subject): Promise<Record<string, unknown>>;
  /** Whether a vector store can be made there. */
  makes: boolean;
  /** Whether it is the thread of the request that has them. */
  inThread?: true;
}

const assistantOf = async (subject: Subject) => ({ assistant_id: (await subject.scene()).assistant.id });
const threadOf = async (subject: Subject) => ({ thread_id: (await subject.api.createThread({})).id });

const places: Record<string, Place> = {
  "a new assistant": { operation: "createAssistant", needs: async () => ({ model: "m" }), makes: true },
  "an assistant": { operation: "updateAssistant", needs: assistantOf, makes: false },
  "a new thread": { operation: "createThread", needs: async () => ({}), makes: true },
  "a thread": { operation: "updateThread", needs: threadOf, makes: false },
  "a run with its thread": { operation: "createThreadAndRun", needs: assistantOf, makes: false },
  "the thread of a run": { operation: "createThreadAndRun", needs: assistantOf, makes: true, inThread: true },
};

export function toolResourcesSuite(subject: Subject): void {
  for (const [title, { operation, needs, makes, inThread }] of Object.entries(places)) {
    const give = async (tool_resources: object) => {
      const fields = inThread ? { thread: { tool_resources } } : { tool_resources };
      return callUnchecked(subject.api, operation, { ...(await needs(subject)), ...fields });
    };
    const prefix = inThread ? "thread.tool_resources" : "tool_resources";

    it(`${title} may have 20 files for code, and no more`, async () => {
      const file_id = await uploadText(subject.api, "1,2");
      const files = (count: number) => give({ code_interpreter: { file_ids: Array(count).fill(file_id) } });
      const { code, param } = await errorOf(files(21));
      assert.deepEqual([code, param], ["invalid_value", `${prefix}.code_interpreter.file_ids`]);
      await files(20);
    });

    it(`${title} may have one vector store, and no more`, async () => {
      const { id } = await subject.api.createVectorStore({});
      const stores = (vector_store_ids: string[]) => give({ file_search: { vector_store_ids } });
      const { code, param } = await errorOf(stores([id, id]));
      assert.deepEqual([code, param], ["invalid_value", `${prefix}.file_search.vector_store_ids`]);
      await stores([id]);
    });

    it(`${title} does not find a vector store that is not there`, async () => {
      const call = give({ file_search: { vector_store_ids: ["vs_none"] } });
      await assertNotFound(call, "vector_store_not_found", "No vector store found with id 'vs_none'.");
    });

    if (!makes) continue;
    it(`${title} may make one vector store, and no more`, async () => {
      const { code, param } = await errorOf(give({ file_search: { vector_stores: [{}, {}] } }));
      assert.deepEqual([code, param], ["invalid_value", `${prefix}.file_search.vector_stores`]);
      await give({ file_search: { vector_stores: [{}] } });
    });

    it(`${title} has a vector store or makes one, not both`, async () => {
      const { id } = await subject.api.createVectorStore({});
      const { data } = await subject.api.listVectorStores({ limit: 1 });
      const call = give({ file_search: { vector_store_ids: [id], vector_stores: [{}] } });
      assert.equal((await errorOf(call)).code, "invalid_value");
      assert.deepEqual((await subject.api.listVectorStores({ limit: 1 })).data, data);
    });

    it(`${title} does not find a file to put into the vector store that it makes, and makes none`, async () => {
      const { data } = await subject.api.listVectorStores({ limit: 1 });
      const call = give({ file_search: { vector_stores: [{ file_ids: ["file-none"] }] } });
      await assertNotFound(call, "file_not_found", "No file found with id 'file-none'.");
      assert.deepEqual((await subject.api.listVectorStores({ limit: 1 })).data, data);
    });
  }

  it("are replaced as a whole, kept where none are given, and taken away by null", async () => {
    const { id } = await subject.api.createVectorStore({});
    const file_search = { vector_store_ids: [id] };
    const file_ids = [await uploadText(subject.api, "1,2")];
    const both = { file_search, code_interpreter: { file_ids } };
    const { id: assistant_id } = await subject.api.createAssistant({ model: "m", tool_resources: both });
    const { id: thread_id } = await subject.api.createThread({ tool_resources: both });
    for (const update of [
      (fields: object) => callUnchecked(subject.api, "updateAssistant", { assistant_id, ...fields }),
      (fields: object) => callUnchecked(subject.api, "updateThread", { thread_id, ...fields }),
    ]) {
      const shown = async (fields: object) => Object(await update(fields)).tool_resources;
      assert.deepEqual(await shown({ metadata: {} }), both);
      assert.deepEqual(await shown({ tool_resources: { file_search } }), { file_search });
      assert.equal(await shown({ tool_resources: null }), null);
    }
  });
}

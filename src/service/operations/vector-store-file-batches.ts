import { contractError } from "../../contract/errors.ts";
import { commitFresh } from "../store/commit-fresh.ts";
import type { Change, Store, Stored } from "../store/store.ts";
import { addFiles } from "../vector-stores/add-files.ts";
import { keepAlive } from "../vector-stores/keep-alive.ts";
import { newBatch } from "../vector-stores/new-objects.ts";
import { shownBatch } from "../vector-stores/shown.ts";
import type { Handlers } from "./context.ts";
import { find } from "./stored.ts";
import { filePage } from "./vector-store-files.ts";

/** So few that hardly one of them is done in the meantime, which would have all of them tried again. */
const CANCELLED_AT_ONCE = 100;

export const vectorStoreFileBatches: Handlers<
  | "createVectorStoreFileBatch"
  | "getVectorStoreFileBatch"
  | "cancelVectorStoreFileBatch"
  | "listVectorStoreFileBatchFiles"
> = {
  async createVectorStoreFileBatch({ store, indexer, now }, { vector_store_id, ...request }) {
    const { file_ids, files, chunking_strategy, attributes = null } = request;
    if ((file_ids === undefined) === (files === undefined)) {
      throw contractError("invalid_value", { param: "file_ids", reason: "give either file_ids or files" });
    }
    const all = files ?? (file_ids ?? []).map((file_id) => ({ file_id, chunking_strategy, attributes }));
    const object = newBatch(vector_store_id, now());
    const internal = { cancelled: false };
    await keepAlive(store, vector_store_id, now());
    const { added, replaced } = await commitFresh(store, async () => {
      await find(store, "vector_store", vector_store_id);
      const result = await addFiles(store, vector_store_id, all, object.id, now());
      const changes: Change[] = [
        { expect: "vector_store", id: vector_store_id },
        { insert: "vector_store_file_batch", object, internal },
        ...result.changes,
      ];
      return { result, changes };
    });
    indexer.enqueue(added);
    await indexer.forget(replaced);
    return shownBatch(store, { object, internal });
  },

  async getVectorStoreFileBatch({ store }, { vector_store_id, batch_id }) {
    return shownBatch(store, await findBatch(store, vector_store_id, batch_id));
  },

  /**
   * Its files that are in progress are given up, the last first, for indexing begins with the first; those that are
   * done stay.
   */
  async cancelVectorStoreFileBatch({ store, indexer }, { vector_store_id, batch_id }) {
    for (let first = true; ; first = false) {
      const { batch, entries } = await commitFresh(store, async () => {
        const from = await findBatch(store, vector_store_id, batch_id);
        const { status } = await shownBatch(store, from);
        if (first && status !== "in_progress") throw contractError("file_batch_not_cancellable", { status });
        const where = { batch_id, status: "in_progress" };
        const open = await store.list("vector_store_file", {
          where,
          limit: CANCELLED_AT_ONCE,
          order: "desc",
        });
        const internal = { cancelled: true };
        const changes: Change[] = [
          { replace: "vector_store_file_batch", from, object: from.object, internal },
          ...open.map((file): Change => {
            const object = { ...file.object, status: "cancelled" as const };
            return { replace: "vector_store_file", from: file, object, internal: file.internal };
          }),
        ];
        const result = { batch: { ...from, internal }, entries: open.map((file) => file.internal.entry) };
        return { result, changes };
      });
      await indexer.forget(entries);
      if (entries.length < CANCELLED_AT_ONCE) return shownBatch(store, batch);
    }
  },

  async listVectorStoreFileBatchFiles({ store }, { vector_store_id, batch_id, filter, ...parameters }) {
    await findBatch(store, vector_store_id, batch_id);
    return filePage(store, vector_store_id, parameters, { batch_id }, filter);
  },
};

async function findBatch(
  store: Store,
  storeId: string,
  batchId: string,
): Promise<Stored<"vector_store_file_batch">> {
  await find(store, "vector_store", storeId);
  const stored = await find(store, "vector_store_file_batch", batchId);
  if (stored.object.vector_store_id === storeId) return stored;
  throw contractError("vector_store_file_batch_not_found", { id: batchId });
}

import type { Store, Stored } from "../store/store.ts";

/**
 * Tells of files in vector stores whether they came with a batch that was cancelled. A batch is cancelled some files at
 * a time, so a crash may have left others in progress. Each batch is looked up once.
 */
export function ofCancelledBatch(
  store: Store,
): (file: Pick<Stored<"vector_store_file">, "object">) => Promise<boolean> {
  const known = new Map<string, Promise<boolean>>();
  return async ({ object: { batch_id } }) => {
    if (batch_id === null) return false;
    const cancelled = known.get(batch_id) ?? isCancelled(store, batch_id);
    known.set(batch_id, cancelled);
    return cancelled;
  };
}

async function isCancelled(store: Store, id: string): Promise<boolean> {
  return (await store.get("vector_store_file_batch", id))?.internal.cancelled ?? false;
}

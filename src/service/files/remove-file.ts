import { type Store, StoreConflict } from "../store/store.ts";
import type { Indexer } from "../vector-stores/indexer.ts";
import type { FileDisk } from "./file-disk.ts";

/** How many of its vector stores are told at once that a file is gone; the next start finds what is left. */
const STORES = 1000;

/** Removes a file, its row first, and takes it out of every vector store. Throws a StoreConflict where there is none. */
export async function removeFile(
  store: Store,
  disk: FileDisk,
  indexer: Pick<Indexer, "forget">,
  id: string,
): Promise<void> {
  const where = { file_id: id };
  const places = await store.list("vector_store_file", { where, limit: STORES, order: "asc" });
  await store.commit([{ delete: "file", id }]);
  await indexer.forget(places.map(({ internal }) => internal.entry));
  await disk.remove(id);
}

/** How many are looked up at once. */
const BATCH = 100;

/** Removes the files whose time has come. */
export async function removeExpiredFiles(
  store: Store,
  disk: FileDisk,
  indexer: Pick<Indexer, "forget">,
  now: number,
): Promise<void> {
  for (;;) {
    const due = await store.list("file", {
      due: { column: "expires_at", now },
      limit: BATCH,
      order: "asc",
    });
    for (const { object } of due) {
      await removeFile(store, disk, indexer, object.id).catch((error: unknown) => {
        // Somebody else was faster.
        if (!(error instanceof StoreConflict)) throw error;
      });
    }
    if (due.length < BATCH) return;
  }
}

import { type Store, StoreConflict } from "../store/store.ts";
import type { Indexer } from "../vector-stores/indexer.ts";
import type { FileDisk } from "./file-disk.ts";

/** Where a file is: its row, its bytes, and what was read of it. */
export interface FilePlaces {
  store: Store;
  disk: Pick<FileDisk, "remove">;
  indexer: Pick<Indexer, "forget">;
}

/** How many of its vector stores are told at once that a file is gone; the next start finds what is left. */
const STORES = 1000;

/** Removes a file, its row first, and takes it out of every vector store. Throws a StoreConflict where there is none. */
export async function removeFile({ store, disk, indexer }: FilePlaces, id: string): Promise<void> {
  const where = { file_id: id };
  const places = await store.list("vector_store_file", { where, limit: STORES, order: "asc" });
  await store.commit([{ delete: "file", id }]);
  await indexer.forget(places.map(({ internal }) => internal.entry));
  await disk.remove(id);
}

/** How many are looked up at once. */
const BATCH = 100;

/**
 * Removes the files whose time has come.
 * @param now Unix seconds
 * @param signal ends it before the next file
 */
export async function removeExpiredFiles(
  places: FilePlaces,
  now: number,
  signal?: AbortSignal,
): Promise<void> {
  for (;;) {
    const due = await places.store.list("file", {
      due: { column: "expires_at", now },
      limit: BATCH,
      order: "asc",
    });
    for (const { object } of due) {
      if (signal?.aborted) return;
      await removeFile(places, object.id).catch((error: unknown) => {
        // Somebody else was faster.
        if (!(error instanceof StoreConflict)) throw error;
      });
    }
    if (due.length < BATCH) return;
  }
}

import type { Store, Stored } from "../store/store.ts";
import { changeStoreFile } from "./change-store-file.ts";
import type { Indexer } from "./indexer.ts";
import { pagesOfFiles } from "./pages-of-files.ts";

/** Has the files indexed that were in progress when the last process stopped, but for those of cancelled batches. */
export async function takeUpFiles(store: Store, indexer: Pick<Indexer, "enqueue">): Promise<void> {
  for await (const page of pagesOfFiles(store, { status: ["in_progress"] })) {
    const open = await Promise.all(page.map(async (file) => ((await cancelled(store, file)) ? [] : [file])));
    indexer.enqueue(open.flat().map(({ object }) => object.id));
  }
}

/** A batch is cancelled some files at a time: those that were left are cancelled now. */
async function cancelled(store: Store, { object, internal }: Stored<"vector_store_file">): Promise<boolean> {
  const { id, status, batch_id } = object;
  const batch = batch_id === null ? null : await store.get("vector_store_file_batch", batch_id);
  if (!batch?.internal.cancelled) return false;
  await changeStoreFile(store, { id, status, entry: internal.entry }, { status: "cancelled" });
  return true;
}

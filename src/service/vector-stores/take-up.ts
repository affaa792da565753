import type { Store } from "../store/store.ts";
import { ofCancelledBatch } from "./cancelled-batches.ts";
import type { Indexer } from "./indexer.ts";
import { pagesOfFiles } from "./pages-of-files.ts";

/**
 * Has the files indexed that were in progress when the last process stopped, but for those of cancelled batches. Writes
 * nothing: a start must not need room on the disk.
 */
export async function takeUpFiles(store: Store, indexer: Pick<Indexer, "enqueue">): Promise<void> {
  const isCancelled = ofCancelledBatch(store);
  for await (const page of pagesOfFiles(store, { status: ["in_progress"] })) {
    const open = await Promise.all(page.map(async (file) => ((await isCancelled(file)) ? [] : [file])));
    indexer.enqueue(open.flat().map(({ object }) => object.id));
  }
}

import type { Store } from "../store/store.ts";
import type { Indexer } from "./indexer.ts";
import { pagesOfFiles } from "./pages-of-files.ts";

/** Has the files indexed that were in progress when the last process stopped. */
export async function takeUpFiles(store: Store, indexer: Pick<Indexer, "enqueue">): Promise<void> {
  for await (const page of pagesOfFiles(store, { status: ["in_progress"] })) {
    indexer.enqueue(page.map(({ object }) => object.id));
  }
}

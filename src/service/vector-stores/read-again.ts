import type { Store } from "../store/store.ts";
import { changeStoreFile } from "./change-store-file.ts";
import type { Indexer } from "./indexer.ts";

/** Has a file indexed once more that is completed, and that the index has lost. */
export async function readAgain(
  store: Store,
  indexer: Pick<Indexer, "enqueue">,
  id: string,
  entry: string,
): Promise<void> {
  await changeStoreFile(store, { id, entry, status: "completed" }, { status: "in_progress", usage_bytes: 0 });
  indexer.enqueue([id]);
}

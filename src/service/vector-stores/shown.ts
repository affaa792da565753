/** Vector stores, their files and batches as the contract shows them: what is counted is counted now. */
import type {
  FileCounts,
  VectorStore,
  VectorStoreFile,
  VectorStoreFileBatch,
} from "../../contract/objects.ts";
import { isExpired } from "../expired.ts";
import type { KeptStoreFile, KeptVectorStore } from "../store/kinds.ts";
import type { Store, Stored, Tally } from "../store/store.ts";

/** The id of a file in a vector store, under which it is stored. */
export const storeFileId = (storeId: string, fileId: string) => `${storeId}/${fileId}`;

function countsOf(tally: Tally): FileCounts {
  const count = (status: string) => tally[status]?.count ?? 0;
  const counts = {
    in_progress: count("in_progress"),
    completed: count("completed"),
    failed: count("failed"),
    cancelled: count("cancelled"),
  };
  return { ...counts, total: Object.values(counts).reduce((sum, one) => sum + one, 0) };
}

/** @param now Unix seconds */
export async function shownStore(store: Store, object: KeptVectorStore, now: number): Promise<VectorStore> {
  const tally = await store.tally("vector_store_file", { vector_store_id: object.id }, "status");
  const file_counts = countsOf(tally);
  const usage_bytes = Object.values(tally).reduce((sum, { bytes }) => sum + bytes, 0);
  const working = file_counts.in_progress > 0 ? "in_progress" : "completed";
  return { ...object, usage_bytes, file_counts, status: isExpired(object, now) ? "expired" : working };
}

export async function shownBatch(
  store: Store,
  { object, internal }: Pick<Stored<"vector_store_file_batch">, "object" | "internal">,
): Promise<VectorStoreFileBatch> {
  const file_counts = countsOf(await store.tally("vector_store_file", { batch_id: object.id }, "status"));
  const working = file_counts.in_progress > 0 ? "in_progress" : "completed";
  return { ...object, file_counts, status: internal.cancelled ? "cancelled" : working };
}

export function shownStoreFile({ file_id, batch_id: _, ...object }: KeptStoreFile): VectorStoreFile {
  return { ...object, id: file_id };
}

import { commitFresh } from "../store/commit-fresh.ts";
import type { KeptStoreFile } from "../store/kinds.ts";
import { type Store, StoreConflict } from "../store/store.ts";

/** A file in a vector store as somebody has read it. */
export interface KnownStoreFile extends Pick<KeptStoreFile, "id" | "status"> {
  entry: string;
}

/**
 * Changes a file in a vector store.
 * @returns the file as it stands then; null where it was removed, added anew or changed its status in the meantime
 */
export async function changeStoreFile(
  store: Store,
  { id, status, entry }: KnownStoreFile,
  change: Partial<KeptStoreFile>,
): Promise<KeptStoreFile | null> {
  return commitFresh(store, async () => {
    const from = await store.get("vector_store_file", id);
    if (from?.internal.entry !== entry || from.object.status !== status) return { result: null, changes: [] };
    const { internal } = from;
    const object: KeptStoreFile = { ...from.object, ...change };
    return { result: object, changes: [{ replace: "vector_store_file", from, object, internal }] };
  }).catch((error: unknown) => {
    if (error instanceof StoreConflict && error.conflict.reason === "missing") return null;
    throw error;
  });
}

import { contractError } from "../../contract/errors.ts";
import { isExpired } from "../expired.ts";
import type { Change, Store } from "../store/store.ts";
import { type FileToAdd, newStoreFile } from "./new-objects.ts";
import { storeFileId } from "./shown.ts";

/** What adding files to a vector store writes, and what is to be done when it is written. */
export interface AddedFiles {
  changes: Change[];
  /** The ids of the files in the store, to be indexed. */
  added: string[];
  /** What the index knows of them from before. */
  replaced: string[];
}

/** How many files are looked up at once: thousands would leave no time for anything else. */
const LOOKED_UP = 50;

/** Throws `file_not_found` for the first file that is not there. A file that is added again is read again. */
export async function addFiles(
  store: Store,
  storeId: string,
  files: readonly FileToAdd[],
  batchId: string | null,
  now: number,
): Promise<AddedFiles> {
  const result: AddedFiles = { changes: [], added: [], replaced: [] };
  const once = [...new Map(files.map((file) => [file.file_id, file])).values()];
  for (let at = 0; at < once.length; at += LOOKED_UP) {
    const found = await Promise.all(
      once.slice(at, at + LOOKED_UP).map(async (file) => ({
        file,
        uploaded: await store.get("file", file.file_id),
        from: await store.get("vector_store_file", storeFileId(storeId, file.file_id)),
      })),
    );
    for (const { file, uploaded, from } of found) {
      if (!uploaded || isExpired(uploaded.object, now)) {
        throw contractError("file_not_found", { id: file.file_id });
      }
      const inserted = newStoreFile(storeId, uploaded.object, file, batchId, now);
      const { object, internal } = inserted;
      const added: Change = from ? { replace: "vector_store_file", from, object, internal } : inserted;
      result.changes.push({ expect: "file", id: file.file_id }, added);
      result.added.push(object.id);
      if (from) result.replaced.push(from.internal.entry);
    }
  }
  return result;
}

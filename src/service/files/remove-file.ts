import type { File } from "../../contract/objects.ts";
import { type Store, StoreConflict } from "../store/store.ts";
import type { FileDisk } from "./file-disk.ts";

/** Whether a file's time has come: it is gone then, though it may not have been removed yet. */
export const isExpired = ({ expires_at }: File, now: number): boolean =>
  expires_at !== undefined && expires_at <= now;

/** Removes a file, its row first. Throws a StoreConflict where there is none. */
export async function removeFile(store: Store, disk: FileDisk, id: string): Promise<void> {
  await store.commit([{ delete: "file", id }]);
  await disk.remove(id);
}

/** How many are looked up at once. */
const BATCH = 100;

/** Removes the files whose time has come. */
export async function removeExpiredFiles(store: Store, disk: FileDisk, now: number): Promise<void> {
  for (;;) {
    const due = await store.list("file", {
      due: { column: "expires_at", now },
      limit: BATCH,
      order: "asc",
    });
    for (const { object } of due) {
      await removeFile(store, disk, object.id).catch((error: unknown) => {
        // Somebody else was faster.
        if (!(error instanceof StoreConflict)) throw error;
      });
    }
    if (due.length < BATCH) return;
  }
}

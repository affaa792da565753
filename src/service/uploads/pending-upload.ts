/** Uploads that still take parts. */
import { contractError } from "../../contract/errors.ts";
import { MAX_PARTS, MAX_UPLOAD_BYTES } from "../../contract/file-to-upload.ts";
import type { Upload } from "../../contract/objects.ts";
import type { Store, Stored } from "../store/store.ts";

/**
 * The upload of that id. Throws `upload_not_found`, and `upload_not_pending` where it has been completed or
 * cancelled, or its time is over.
 * @param now Unix seconds
 */
export async function findPending(store: Store, id: string, now: number): Promise<Stored<"upload">> {
  const stored = await store.get("upload", id);
  if (!stored) throw contractError("upload_not_found", { id });
  const status = statusOf(stored.object, now);
  if (status !== "pending") throw contractError("upload_not_pending", { id, status });
  return stored;
}

/** Its time is over from that second on, though it may not have been written down yet. */
const statusOf = ({ status, expires_at }: Upload, now: number): Upload["status"] =>
  status === "pending" && expires_at <= now ? "expired" : status;

/** Throws `upload_full` where an upload has no room for one more part of so many bytes. */
export function checkRoom({ object: { id }, internal }: Stored<"upload">, bytes: number): void {
  if (internal.parts >= MAX_PARTS) throw contractError("upload_full", { id, limit: `${MAX_PARTS} parts` });
  if (internal.bytes + bytes > MAX_UPLOAD_BYTES) {
    throw contractError("upload_full", { id, limit: `${MAX_UPLOAD_BYTES} bytes` });
  }
}

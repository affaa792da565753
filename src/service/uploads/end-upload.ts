/** How uploads end, one way or the other: their parts go with them. */
import { ContractError } from "../../contract/errors.ts";
import type { Upload } from "../../contract/objects.ts";
import type { FileDisk } from "../files/file-disk.ts";
import { commitFresh } from "../store/commit-fresh.ts";
import { type Change, nullWithoutCursor, type Store, type Stored } from "../store/store.ts";
import { findPending } from "./pending-upload.ts";
import type { Turns } from "./turns.ts";

/** Seconds that it is known what has become of an upload, for whoever asks too late. */
const REMEMBERED = 86_400;

/** How many are looked up at once. */
const BATCH = 100;
const PARTS = 1000;

/** Every part of an upload, in the order in which they came; none of an upload that ends meanwhile. */
export async function partsOf(store: Store, upload_id: string): Promise<Stored<"upload_part">[]> {
  const parts: Stored<"upload_part">[] = [];
  for (;;) {
    const after = parts.at(-1)?.object.id;
    const query = { where: { upload_id }, limit: PARTS, order: "asc" } as const;
    const listed = store.list("upload_part", after === undefined ? query : { ...query, after });
    const page = await listed.catch(nullWithoutCursor);
    // They go all together.
    if (page === null) return [];
    parts.push(...page);
    if (page.length < PARTS) return parts;
  }
}

/**
 * Ends a pending upload in one unit of work with what `others` say, then removes the bytes of its parts.
 * Rejects as `findPending` does where it has ended meanwhile.
 */
export async function endUpload(
  { store, disk, now }: { store: Store; disk: Pick<FileDisk, "remove">; now(): number },
  id: string,
  outcome: Pick<Upload, "status" | "file">,
  others: readonly Change[] = [],
): Promise<Upload> {
  const { object, parts } = await commitFresh(store, async () => {
    const from = await findPending(store, id, now());
    // A part that is added from here on makes the upload another one than was found.
    const parts = (await partsOf(store, id)).map((part) => part.object.id);
    const object = { ...from.object, ...outcome };
    const end: Change = { replace: "upload", from, object, internal: from.internal };
    const gone = parts.map((part): Change => ({ delete: "upload_part", id: part }));
    return { result: { object, parts }, changes: [end, ...others, ...gone] };
  });
  for (const part of parts) await disk.remove(part);
  return object;
}

/**
 * Ends the uploads whose time is over, and forgets those that have ended long ago.
 * @param now Unix seconds
 * @param signal ends it before the next upload
 */
export async function expireUploads(
  { store, disk, turns }: { store: Store; disk: Pick<FileDisk, "remove">; turns: Turns },
  now: number,
  signal?: AbortSignal,
): Promise<void> {
  const query = { limit: BATCH, order: "asc" } as const;
  for (;;) {
    const due = { column: "expires_at", now };
    const over = await store.list("upload", { ...query, where: { status: "pending" }, due });
    for (const { object } of over) {
      if (signal?.aborted) return;
      // In turn: what is being completed was in time.
      await turns.take(object.id, () => expire(store, disk, object.id));
    }
    if (over.length < BATCH) break;
  }
  for (;;) {
    const due = { column: "expires_at", now: now - REMEMBERED };
    const old = await store.list("upload", { ...query, due });
    if (old.length === 0) return;
    await store.commit(old.map(({ object }): Change => ({ delete: "upload", id: object.id })));
    if (old.length < BATCH) return;
  }
}

async function expire(store: Store, disk: Pick<FileDisk, "remove">, id: string): Promise<void> {
  // As if no time had passed: an upload is pending here although its time is over.
  await endUpload({ store, disk, now: () => 0 }, id, { status: "expired" }).catch((error: unknown) => {
    // Somebody else was faster.
    if (!(error instanceof ContractError && error.code === "upload_not_pending")) throw error;
  });
}

import { isExpired } from "../expired.ts";
import { type Change, type Store, StoreConflict, type Stored } from "../store/store.ts";
import type { IndexInStep } from "./index-in-step.ts";
import type { Indexer } from "./indexer.ts";

/** How many are looked up at once. */
const BATCH = 100;

export interface ForgettingParts {
  store: Store;
  indexer: Pick<Indexer, "forgetStore">;
  inStep: Pick<IndexInStep, "begin">;
}

/**
 * Has the index forget the vector stores whose time is over, and so gives their room back: nobody can search them.
 * They stay listed, with their files. One whose files are being indexed waits for another look.
 * @param now Unix seconds
 * @param signal ends it before the next vector store
 */
export async function forgetExpiredStores(
  parts: ForgettingParts,
  now: number,
  signal: AbortSignal,
): Promise<void> {
  const due = { column: "forget_at", now };
  for (;;) {
    const over = await parts.store.list("vector_store", { due, limit: BATCH, order: "asc" });
    let forgotten = 0;
    for (const expired of over) {
      if (signal.aborted) return;
      if (await forget(parts, expired, now)) forgotten += 1;
    }
    if (over.length < BATCH || forgotten === 0) return;
  }
}

async function forget(
  { store, indexer, inStep }: ForgettingParts,
  from: Stored<"vector_store">,
  now: number,
): Promise<boolean> {
  const { object } = from;
  const tally = await store.tally("vector_store_file", { vector_store_id: object.id }, "status");
  if (tally["in_progress"]) return false;
  const noted: Change = { replace: "vector_store", from, object, internal: { forget_at: null } };
  // Changed or deleted meanwhile: another look sees what it has become.
  if (!(await store.commit([noted]).then(() => true, falseOnConflict))) return false;
  await indexer.forgetStore(object.id);
  // One that lives again by now has to be read again.
  const since = await store.get("vector_store", object.id);
  if (since && !isExpired(since.object, now)) inStep.begin();
  return true;
}

function falseOnConflict(error: unknown): false {
  if (error instanceof StoreConflict) return false;
  throw error;
}

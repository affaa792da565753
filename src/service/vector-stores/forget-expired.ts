import { isExpired } from "../expired.ts";
import { type Change, type Store, StoreConflict } from "../store/store.ts";
import type { Indexer } from "./indexer.ts";

/** How many are looked up at once. */
const BATCH = 100;

/**
 * Has the index forget the vector stores whose time is over, and so gives their room back: nobody can search them.
 * They stay listed, with their files.
 * @param now Unix seconds
 * @param signal ends it before the next vector store
 */
export async function forgetExpiredStores(
  store: Store,
  indexer: Pick<Indexer, "forgetStore">,
  now: number,
  signal: AbortSignal,
): Promise<void> {
  const due = { column: "forget_at", now };
  for (;;) {
    const over = await store.list("vector_store", { due, limit: BATCH, order: "asc" });
    for (const from of over) {
      if (signal.aborted) return;
      const { object } = from;
      const forgotten: Change = { replace: "vector_store", from, object, internal: { forget_at: null } };
      // Changed or deleted meanwhile: the next look sees what it has become.
      const isForgotten = await store.commit([forgotten]).then(() => true, falseOnConflict);
      if (isForgotten && isExpired(object, now)) await indexer.forgetStore(object.id);
    }
    if (over.length < BATCH) return;
  }
}

function falseOnConflict(error: unknown): false {
  if (error instanceof StoreConflict) return false;
  throw error;
}

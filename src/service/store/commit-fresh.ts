import { contractError } from "../../contract/errors.ts";
import { type Change, type Store, StoreConflict } from "./store.ts";

/** Every lost race means that somebody else has changed the object, and few things ever do. */
const MAX_TRIES = 20;

/**
 * Commits what `prepare` makes of the present state, and prepares it anew when somebody else was faster.
 * Nothing is written where there are no changes.
 * @returns the result of the attempt that was committed
 */
export async function commitFresh<T>(
  store: Store,
  prepare: () => Promise<{ result: T; changes: Change[] }>,
): Promise<T> {
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const { result, changes } = await prepare();
    if (changes.length === 0) return result;
    try {
      await store.commit(changes);
      return result;
    } catch (error) {
      if (!(error instanceof StoreConflict) || error.conflict.reason !== "version") throw error;
    }
  }
  throw contractError("store_unavailable", { reason: "an object is changed by too many at once" });
}

import { ContractError, contractError } from "../../contract/errors.ts";
import { isExpired } from "../expired.ts";
import { commitFresh } from "../store/commit-fresh.ts";
import { type Store, StoreConflict } from "../store/store.ts";
import { active, alive } from "./new-objects.ts";

/** Seconds: a vector store that is asked all the time is not written all the time. */
const ACTIVITY_STEP = 60;

/**
 * Notes that a vector store is used, so that it does not expire; one that is gone stays gone.
 * Rejects with `vector_store_expired` where it has.
 * @param now Unix seconds
 */
export async function keepAlive(store: Store, id: string, now: number): Promise<void> {
  await commitFresh(store, async () => {
    const from = await store.get("vector_store", id);
    if (from && isExpired(from.object, now)) throw contractError("vector_store_expired", { id });
    if (!from || (from.object.last_active_at ?? 0) + ACTIVITY_STEP > now)
      return { result: null, changes: [] };
    const object = active(from.object, now);
    return { result: null, changes: [{ replace: "vector_store", from, object, internal: alive(object) }] };
  }).catch((error: unknown) => {
    // Deleted in the meantime: whoever uses it will be told. And a full disk keeps nobody from searching.
    const full = error instanceof ContractError && error.code === "store_unavailable";
    if (!full && !(error instanceof StoreConflict)) throw error;
  });
}

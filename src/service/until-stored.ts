import { ContractError } from "../contract/errors.ts";
import { pause } from "./pause.ts";

const FIRST_WAIT_MS = 1000;
const MAX_WAIT_MS = 30_000;

/** What a disk is to blame for that is full or cannot be written: that of the store, or that of the index. */
const REFUSALS = ["store_unavailable", "index_unavailable"];

/**
 * Repeats work that the disk refuses until it is done, so that no run is stuck, and no paid answer lost, when
 * there is room again. Gives up only when the service closes.
 */
export async function untilStored<T>(
  work: () => Promise<T>,
  closing: AbortSignal,
  onError: (error: unknown) => void,
): Promise<T> {
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 2, MAX_WAIT_MS)) {
    try {
      return await work();
    } catch (error) {
      const refused = error instanceof ContractError && REFUSALS.includes(error.code);
      if (!refused || closing.aborted) throw error;
      onError(error);
      await pause(wait, closing);
    }
  }
}

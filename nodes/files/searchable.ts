/** Waiting until a service has indexed what was put into a vector store. */
import { setTimeout as pause } from "node:timers/promises";
import type { NodeAPI } from "node-red";
import type { CallOptions } from "../../src/contract/api.ts";
import type { VectorStoreFile } from "../../src/contract/objects.ts";
import { flowError } from "../shared/flow-error.ts";

const FIRST_WAIT_MS = 20;
const LONGEST_WAIT_MS = 2000;

/** For how long somebody waits, and who is told how far the service has come. */
export interface IndexingWait<Indexed> {
  /** Gives the waiting up. What the service indexes it goes on with. */
  signal: AbortSignal;
  seconds: number;
  tell(indexed: Indexed): void;
}

/**
 * A file of a vector store, a batch of them or a whole vector store when the service has nothing left to index of it,
 * whatever has become of the files. Rejects with the signal's reason, with `indexing_timeout`, and as `look` does.
 * @param look asks the service for it
 */
export async function untilIndexed<Indexed extends { status: string }>(
  RED: NodeAPI,
  look: (options: CallOptions) => Promise<Indexed>,
  { signal, seconds, tell }: IndexingWait<Indexed>,
): Promise<Indexed> {
  const late = AbortSignal.timeout(seconds * 1000);
  const either = { signal: AbortSignal.any([signal, late]) };
  try {
    for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 1.5, LONGEST_WAIT_MS)) {
      const indexed = await look(either);
      tell(indexed);
      if (indexed.status !== "in_progress") return indexed;
      await pause(wait, undefined, either);
    }
  } catch (error) {
    signal.throwIfAborted();
    if (late.aborted) throw flowError(RED, "indexing_timeout", { seconds });
    throw error;
  }
}

/** Throws `indexing_failed`, with what the service says in its cause, for a file that cannot be searched. */
export function requireSearchable(RED: NodeAPI, file: VectorStoreFile, filename: string): void {
  if (file.status === "completed") return;
  const why = { ...whyUnsearchable(file), filename };
  throw flowError(RED, "indexing_failed", { name: filename, reason: why.message }, why);
}

/** What the service says of a file that it could not index. */
export function whyUnsearchable({ id: file_id, vector_store_id, status, last_error }: VectorStoreFile) {
  return {
    code: last_error?.code ?? status,
    message: last_error?.message ?? status,
    file_id,
    vector_store_id,
    status,
  };
}

import type { NodeAPI } from "node-red";
import type { AssistantsApi } from "../../src/contract/api.ts";
import { ContractError } from "../../src/contract/errors.ts";
import type { Run } from "../../src/contract/objects.ts";
import { isOver, untilRest } from "./run-rest.ts";

/**
 * Cancels a run and waits for its end: until then the thread takes nothing else. Null where it has ended by itself.
 * Rejects with the signal's reason, and when the service cannot be told.
 */
export async function cancelToEnd(
  RED: NodeAPI,
  api: AssistantsApi,
  run: Run,
  signal: AbortSignal,
): Promise<Run | null> {
  if (isOver(run)) return null;
  try {
    const where = { thread_id: run.thread_id, run_id: run.id };
    const cancelling = run.status === "cancelling" ? run : await api.cancelRun(where, { signal });
    return await untilRest(RED, api, cancelling, signal);
  } catch (error) {
    if (error instanceof ContractError && error.code === "run_not_cancellable") return null;
    throw error;
  }
}

/** Cancels the run that holds the thread, as above; null when none does. */
export async function cancelActiveRun(
  RED: NodeAPI,
  api: AssistantsApi,
  threadId: string,
  signal: AbortSignal,
): Promise<Run | null> {
  const { data } = await api.listRuns({ thread_id: threadId, limit: 1 }, { signal });
  const [newest] = data;
  return newest ? cancelToEnd(RED, api, newest, signal) : null;
}

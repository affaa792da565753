import type { NodeAPI } from "node-red";
import type { AssistantsApi } from "../../src/contract/api.ts";
import { ContractError } from "../../src/contract/errors.ts";
import type { Run } from "../../src/contract/objects.ts";
import { isWorking, untilRest } from "./run-rest.ts";

/** Cancels the run that holds the thread and waits for its end; null when none does. */
export async function cancelActiveRun(
  RED: NodeAPI,
  api: AssistantsApi,
  threadId: string,
  signal: AbortSignal,
): Promise<Run | null> {
  const newest = await api.listRuns({ thread_id: threadId, limit: 1 }, { signal });
  const run = newest.data[0];
  if (!run || !(isWorking(run) || run.status === "requires_action")) return null;
  try {
    const where = { thread_id: threadId, run_id: run.id };
    const cancelling = run.status === "cancelling" ? run : await api.cancelRun(where, { signal });
    return await untilRest(RED, api, cancelling, signal);
  } catch (error) {
    // It has ended by itself in the meantime.
    if (error instanceof ContractError && error.code === "run_not_cancellable") return null;
    throw error;
  }
}

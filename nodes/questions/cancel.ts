import type { AssistantsApi } from "../../src/contract/api.ts";
import type { Run } from "../../src/contract/objects.ts";
import { isWorking, untilRest } from "./run-rest.ts";

/** Cancels the run that holds the thread and waits for its end; null when none does. */
export async function cancelActiveRun(
  api: AssistantsApi,
  threadId: string,
  signal: AbortSignal,
): Promise<Run | null> {
  const newest = await api.listRuns({ thread_id: threadId, limit: 1 }, { signal });
  const run = newest.data[0];
  if (!run || !(isWorking(run) || run.status === "requires_action")) return null;
  const cancelling =
    run.status === "cancelling"
      ? run
      : await api.cancelRun({ thread_id: threadId, run_id: run.id }, { signal });
  return untilRest(api, cancelling, signal);
}

import type { NodeAPI } from "node-red";
import type { AssistantsApi } from "../../src/contract/api.ts";
import type { Run, RunStatus } from "../../src/contract/objects.ts";
import { flowError } from "../shared/flow-error.ts";

const WORKING: readonly RunStatus[] = ["queued", "in_progress", "cancelling"];

const FIRST_WAIT_MS = 10;
const LONGEST_WAIT_MS = 500;
/** While the flow has the word, the service has nothing to tell but that the run has ended. */
const FLOW_WAIT_MS = 5000;
/** A service that takes longer to end a run has lost it. */
const END_LIMIT_MS = 60 * 60 * 1000;

/** Whether the run waits for nobody but its model. */
export const isWorking = (run: Run) => WORKING.includes(run.status);

/** Whether the run has ended. */
export const isOver = (run: Run) => !isWorking(run) && run.status !== "requires_action";

/** How long a run may work, and what is wrong with one that works for longer. */
export interface WorkLimit {
  milliseconds: number;
  late: Error;
}

/**
 * The run when it next rests: it waits for tool outputs, or has ended.
 * Rejects with the signal's reason, the limit's error, or when the service cannot be asked.
 */
export async function untilRest(
  RED: NodeAPI,
  api: AssistantsApi,
  run: Run,
  signal: AbortSignal,
  limit?: WorkLimit,
): Promise<Run> {
  const until = Date.now() + (limit?.milliseconds ?? END_LIMIT_MS);
  let current = run;
  for (let wait = FIRST_WAIT_MS; isWorking(current); wait = Math.min(wait * 1.5, LONGEST_WAIT_MS)) {
    if (Date.now() > until) throw limit?.late ?? flowError(RED, "run_stuck", { status: current.status });
    await pause(wait, signal);
    current = await api.getRun({ thread_id: run.thread_id, run_id: run.id }, { signal });
  }
  return current;
}

/**
 * The run when it no longer waits for tool outputs, because it was ended from elsewhere. It is the calls' own limits
 * that end the waiting. Rejects with the signal's reason, and when the service cannot be asked.
 */
export async function untilTaken(api: AssistantsApi, run: Run, signal: AbortSignal): Promise<Run> {
  let current = run;
  while (current.status === "requires_action") {
    await pause(FLOW_WAIT_MS, signal);
    current = await api.getRun({ thread_id: run.thread_id, run_id: run.id }, { signal });
  }
  return current;
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", stop);
      resolve();
    }, milliseconds);
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });
}

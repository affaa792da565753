import { setTimeout as pause } from "node:timers/promises";
import type { AssistantsApi } from "../../src/contract/api.ts";
import { ContractError } from "../../src/contract/errors.ts";
import type { Run } from "../../src/contract/objects.ts";
import { answerCalls } from "./client.ts";
import { isEnded, type Ledger } from "./ledger.ts";

/** A run that has not moved by then is stuck. */
const PATIENCE_MS = 20_000;

const POLL_MS = 5;

/**
 * Waits until every run of the threads that are there has ended, and answers its calls.
 * @returns what is wrong: threads with more than one active run, and runs that stay as they are
 */
export async function leadToEnd(api: AssistantsApi, ledger: Ledger): Promise<string[]> {
  const complaints = await Promise.all(
    [...ledger.threads.keys()].map(async (thread_id) => {
      const open = (await runsOf(api, thread_id)).filter((run) => !isEnded(run));
      const late = await Promise.all(open.map((run) => leadOne(api, ledger, run)));
      const several = open.length > 1 ? [`${thread_id} has ${open.length} active runs.`] : [];
      return [...several, ...late.flat()];
    }),
  );
  return complaints.flat();
}

async function leadOne(
  api: AssistantsApi,
  ledger: Ledger,
  { id: run_id, thread_id }: Run,
): Promise<string[]> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const run = await api.getRun({ thread_id, run_id });
    ledger.sawRun(run);
    if (isEnded(run)) return [];
    if (run.status === "requires_action") await answerCalls(api, ledger, run);
    if (Date.now() > deadline) return [`${run_id} is stuck: ${run.status}.`];
    await pause(POLL_MS);
  }
}

async function runsOf(api: AssistantsApi, thread_id: string): Promise<Run[]> {
  try {
    return (await api.listRuns({ thread_id, limit: 100 })).data;
  } catch (error) {
    if (error instanceof ContractError && error.status === 404) return [];
    throw error;
  }
}

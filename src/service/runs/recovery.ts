/** What a start does with the runs that the last stop left behind. */
import { ACTIVE_STATUSES } from "../store/kinds.ts";
import type { Change, Store } from "../store/store.ts";
import type { Executor } from "./executor.ts";
import { changeRun, type RunPlan, type RunState } from "./run-change.ts";

/** How often a model call that a stop cut off is repeated. */
export const MAX_INTERRUPTIONS = 2;

const PAGE = 500;

/**
 * Takes up every active run: queued ones go on, one whose model call was cut off asks again, one that waits
 * for tool outputs goes on waiting, one that was being cancelled is cancelled.
 */
export async function recoverRuns(store: Store, executor: Executor, now: () => number): Promise<void> {
  for (const runId of await activeRuns(store)) {
    const run = await changeRun(store, runId, now, (state) => interrupted(state, now()));
    if (run?.status === "queued" || run?.status === "in_progress") executor.enqueue(run.id);
    else if (run?.status === "cancelling") executor.cancel(run.id);
    else if (run?.status === "requires_action" && run.expires_at !== null) {
      executor.awaitOutputs(run.id, run.expires_at);
    }
  }
}

/** All of them before any is touched: a run that has ended is no cursor for the next page. */
async function activeRuns(store: Store): Promise<string[]> {
  const ids: string[] = [];
  for (;;) {
    const after = ids.at(-1);
    const query = { where: { status: ACTIVE_STATUSES }, limit: PAGE, order: "asc" } as const;
    const page = await store.list("run", after === undefined ? query : { ...query, after });
    ids.push(...page.map((stored) => stored.object.id));
    if (page.length < PAGE) return ids;
  }
}

/** Closes what an interrupted model call had begun, and withdraws its message: it comes again, whole. */
function interrupted(state: RunState, now: number): RunPlan | null {
  if (state.run.object.status !== "in_progress") return null;
  const interruptions = state.run.internal.interruptions + 1;
  const internal = { ...state.run.internal, interruptions };
  if (interruptions > MAX_INTERRUPTIONS) {
    const message = `The service stopped ${interruptions} times while the model was answering.`;
    const error = { code: "server_error", message } as const;
    return { event: { name: "fail", error, usage: internal.usage }, internal };
  }
  const changes: Change[] = [];
  if (state.step) {
    const message = "The service stopped during this step; it is done again in another.";
    const last_error = { code: "server_error", message } as const;
    const object = { ...state.step.object, status: "failed", failed_at: now, last_error } as const;
    changes.push({ replace: "run_step", object, internal: null, version: state.step.version });
  }
  if (state.message) changes.push({ delete: "message", id: state.message.object.id });
  return { event: null, internal, changes };
}

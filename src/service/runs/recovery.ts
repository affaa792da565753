/** What a start does with the runs that the last stop left behind. */
import { ACTIVE_STATUSES } from "../store/kinds.ts";
import type { Change, Store } from "../store/store.ts";
import type { RunPlan, RunState } from "./run-change.ts";

/** How often a model call that a stop cut off is repeated. */
export const MAX_INTERRUPTIONS = 2;

const PAGE = 500;

/** The runs that a start takes up; all before any is touched, for one that has ended is no cursor for the next page. */
export async function activeRuns(store: Store): Promise<string[]> {
  const ids: string[] = [];
  for (;;) {
    const after = ids.at(-1);
    const query = { where: { status: ACTIVE_STATUSES }, limit: PAGE, order: "asc" } as const;
    const page = await store.list("run", after === undefined ? query : { ...query, after });
    ids.push(...page.map((stored) => stored.object.id));
    if (page.length < PAGE) return ids;
  }
}

/**
 * A run whose model call was cut off asks again: what the call had begun is closed, and its message withdrawn, for
 * it comes again, whole. Other runs go on as they are. Null where nothing is to be changed.
 */
export function interrupted(state: RunState, now: number): RunPlan | null {
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
    changes.push({ replace: "run_step", from: state.step, object, internal: state.step.internal });
  }
  if (state.message) changes.push({ delete: "message", id: state.message.object.id });
  return { event: null, internal, changes };
}

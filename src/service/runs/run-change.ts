/** One change of a run, as one unit of work: read what stands, decide, write, and again if somebody was faster. */
import type { Run } from "../../contract/objects.ts";
import { commitFresh } from "../store/commit-fresh.ts";
import { ACTIVE_STATUSES, type RunInternal } from "../store/kinds.ts";
import type { Change, Store, Stored } from "../store/store.ts";
import { closeMessage, closeStep, nextRun, type RunEvent } from "./machine.ts";
import type { ModelAnswer } from "./model-answer.ts";
import { citedText } from "./written-message.ts";

/** A run with the step and the message that are still open; there is at most one of each. */
export interface RunState {
  run: Stored<"run">;
  step: Stored<"run_step"> | null;
  message: Stored<"message"> | null;
}

/** What is to happen. `event` null keeps the run's state; a plan of null changes nothing at all. */
export interface RunPlan {
  event: RunEvent | null;
  changes?: Change[];
  internal?: RunInternal;
  /** What the model had said and used when the event closes the open message and its step. */
  answer?: ModelAnswer;
}

/** Null when there is no such run. */
export async function loadRunState(store: Store, runId: string): Promise<RunState | null> {
  const [run, steps] = await Promise.all([
    store.get("run", runId),
    store.list("run_step", { where: { run_id: runId }, limit: 1, order: "desc" }),
  ]);
  if (!run) return null;
  const step = steps[0]?.object.status === "in_progress" ? steps[0] : null;
  const details = step?.object.step_details;
  const message =
    details?.type === "message_creation"
      ? await store.get("message", details.message_creation.message_id)
      : null;
  return { run, step, message };
}

/**
 * Changes a run as `decide` says of its present state.
 * @returns the run as it stands afterwards, or null when there is no such run
 * @throws what `decide` throws, having changed nothing
 */
export function changeRun(
  store: Store,
  runId: string,
  now: () => number,
  decide: (state: RunState) => RunPlan | null,
): Promise<Run | null> {
  return commitFresh(store, async () => {
    const state = await loadRunState(store, runId);
    const plan = state && decide(state);
    if (!state || !plan) return { result: state?.run.object ?? null, changes: [] };
    const { object, internal } = state.run;
    const result = plan.event ? nextRun(object, plan.event, now()) : object;
    const kept = stillKept(plan.internal ?? internal, result, now());
    const replaced: Change = { replace: "run", from: state.run, object: result, internal: kept };
    return { result, changes: [replaced, ...(plan.changes ?? []), ...closing(state, plan, now())] };
  });
}

/** What a model keeps between the rounds goes with the last of them. */
function stillKept(internal: RunInternal, { status }: Run, now: number): RunInternal {
  if (ACTIVE_STATUSES.some((active) => active === status)) return internal;
  const { kept: _, search: __, ...left } = internal;
  return { ended_at: now, ...left };
}

/** What the end of a run does to its open step and message, unless the plan has said it already. */
function closing(state: RunState, plan: RunPlan, now: number): Change[] {
  if (!plan.event) return [];
  const planned = new Set(
    (plan.changes ?? []).flatMap((change) => ("replace" in change ? [change.object.id] : [])),
  );
  const changes: Change[] = [];
  if (state.step && !planned.has(state.step.object.id)) {
    const object = closeStep(state.step.object, plan.event, now, plan.answer?.usage);
    if (object !== state.step.object) {
      changes.push({ replace: "run_step", from: state.step, object, internal: state.step.internal });
    }
  }
  if (state.message && !planned.has(state.message.object.id)) {
    const object = closeMessage(
      state.message.object,
      citedText(plan.answer?.text ?? "", state),
      plan.event,
      now,
    );
    if (object !== state.message.object) {
      changes.push({ replace: "message", from: state.message, object, internal: null });
    }
  }
  return changes;
}

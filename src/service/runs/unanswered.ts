/** What becomes of a run that comes to no answer. Pure: the state and what was said by then give the plan. */
import { ModelError } from "../../models/model.ts";
import { addUsage, type ModelAnswer } from "./model-answer.ts";
import type { RunPlan, RunState } from "./run-change.ts";

/** The next start counts every run that it finds at work as interrupted; one that was left in order is none. */
export function leftInOrder({ run }: RunState): RunPlan | null {
  if (run.object.status !== "in_progress") return null;
  return { event: null, internal: { ...run.internal, interruptions: run.internal.interruptions - 1 } };
}

/** With what was said by then, here and below. */
export function cancelled(state: RunState, answer: ModelAnswer): RunPlan {
  const usage = addUsage(state.run.internal.usage, answer.usage);
  return { event: { name: "finish_cancelling", usage }, answer };
}

/** A run whose time is over. */
export function expired(state: RunState, answer: ModelAnswer): RunPlan {
  return { event: { name: "expire", usage: addUsage(state.run.internal.usage, answer.usage) }, answer };
}

/** An error that is none of the model's own shows as the server's. */
export function failure(state: RunState, answer: ModelAnswer, error: unknown): RunPlan {
  const usage = addUsage(state.run.internal.usage, answer.usage);
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof ModelError ? error.code : "server_error";
  return { event: { name: "fail", error: { code, message }, usage }, answer };
}

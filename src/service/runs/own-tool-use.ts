/** What the use of a tool of the model's own means for its run. Pure: the state and the use give the plan. */
import { newId, TOOL_CALL_PREFIX } from "../../contract/ids.ts";
import { newRunStep } from "../objects.ts";
import type { OpaqueItem, OwnToolUse } from "./model-answer.ts";
import type { RunPlan, RunState } from "./run-change.ts";
import { TERMINAL_STATUSES } from "./transitions.ts";
import { writtenMessage } from "./written-message.ts";

/**
 * The message before it is whole, and the use is a step of its own, completed. Its tokens are counted with what the
 * answer ends in. A run that is being cancelled has used the tool all the same.
 * @param now Unix seconds
 */
export function planOwnToolUse(state: RunState, use: OwnToolUse, now: number): RunPlan | null {
  const { object: run, internal } = state.run;
  if (TERMINAL_STATUSES.includes(run.status)) return null;
  const call = { id: newId(TOOL_CALL_PREFIX), ...use.call };
  const step = newRunStep(run, { type: "tool_calls", tool_calls: [call] }, now);
  return {
    event: null,
    internal: { ...internal, ...keptWith(state, use.opaque, step.id) },
    changes: [
      ...writtenMessage(state, use.text, null, now),
      {
        insert: "run_step",
        object: { ...step, status: "completed", completed_at: now },
        internal: null,
      },
    ],
  };
}

/** What the run keeps for its model, and these items with the step that they belong to. */
export function keptWith({ run }: RunState, opaque: OpaqueItem[], stepId: string) {
  if (opaque.length === 0) return {};
  const kept = opaque.map((item) => ({ ...item, step_id: stepId }));
  return { kept: [...(run.internal.kept ?? []), ...kept] };
}

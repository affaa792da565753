/** Every legal transition of a run, and what it does to the step and the message that are open then. */
import type { MessageIncompleteReason, RunStatus, RunStepStatus } from "../../contract/objects.ts";

export interface Transition {
  readonly from: readonly RunStatus[];
  readonly to: RunStatus;
  /** How an open step and an open message end with the run; null where they stay as they are. */
  readonly closes: {
    readonly step: Exclude<RunStepStatus, "in_progress">;
    readonly message: MessageIncompleteReason;
  } | null;
}

export const transitions = {
  start: { from: ["queued"], to: "in_progress", closes: null },
  require_action: { from: ["in_progress"], to: "requires_action", closes: null },
  postpone_expiry: { from: ["requires_action"], to: "requires_action", closes: null },
  accept_outputs: { from: ["requires_action"], to: "queued", closes: null },
  complete: { from: ["in_progress"], to: "completed", closes: null },
  run_out_of_tokens: {
    from: ["in_progress"],
    to: "incomplete",
    closes: { step: "completed", message: "max_tokens" },
  },
  be_filtered: {
    from: ["in_progress"],
    to: "incomplete",
    closes: { step: "completed", message: "content_filter" },
  },
  fail: { from: ["in_progress"], to: "failed", closes: { step: "failed", message: "run_failed" } },
  expire: {
    from: ["queued", "in_progress", "requires_action"],
    to: "expired",
    closes: { step: "expired", message: "run_expired" },
  },
  cancel: { from: ["queued", "in_progress", "requires_action"], to: "cancelling", closes: null },
  finish_cancelling: {
    from: ["cancelling"],
    to: "cancelled",
    closes: { step: "cancelled", message: "run_cancelled" },
  },
} as const satisfies Record<string, Transition>;

export type TransitionName = keyof typeof transitions;

/** The states that a run never leaves. */
export const TERMINAL_STATUSES: readonly RunStatus[] = [
  "completed",
  "incomplete",
  "failed",
  "cancelled",
  "expired",
];

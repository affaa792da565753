/** The run's state machine, pure: a run, an event and the time give the next run. */
import type {
  Message,
  MessageContent,
  Run,
  RunError,
  RunStep,
  RunToolCall,
  Usage,
} from "../../contract/objects.ts";
import { TERMINAL_STATUSES, type Transition, type TransitionName, transitions } from "./transitions.ts";

/** What happens to a run. `usage` is what the run has used in all when it ends. */
export type RunEvent =
  | { name: "start" }
  | { name: "require_action"; tool_calls: RunToolCall[]; expires_at: number }
  | { name: "postpone_expiry"; expires_at: number }
  | { name: "accept_outputs"; expires_at: number | null }
  | { name: "complete"; usage: Usage }
  | { name: "run_out_of_tokens"; reason: "max_completion_tokens" | "max_prompt_tokens"; usage: Usage }
  /** The provider's content filter has cut the answer off. */
  | { name: "be_filtered"; usage: Usage }
  | { name: "fail"; error: RunError; usage: Usage }
  | { name: "expire"; usage: Usage }
  | { name: "cancel" }
  | { name: "finish_cancelling"; usage: Usage };

/** Whether the event is legal in the run's present state. */
export function canHappen(run: Run, name: TransitionName): boolean {
  const { from }: Transition = transitions[name];
  return from.includes(run.status);
}

/**
 * The run after the event.
 * @param now Unix seconds
 * @throws RangeError where the table of transitions has no such row
 */
export function nextRun(run: Run, event: RunEvent, now: number): Run {
  if (!canHappen(run, event.name)) {
    throw new RangeError(`A run that is ${run.status} cannot ${event.name}.`);
  }
  const status = transitions[event.name].to;
  const next: Run = { ...run, status, required_action: null };
  // Terminal runs show no expiry (all examples of the original service).
  if (TERMINAL_STATUSES.includes(status)) next.expires_at = null;
  if ("usage" in event) next.usage = event.usage;
  switch (event.name) {
    case "start":
      return { ...next, started_at: run.started_at ?? now };
    case "require_action":
      return {
        ...next,
        expires_at: event.expires_at,
        required_action: {
          type: "submit_tool_outputs",
          submit_tool_outputs: { tool_calls: event.tool_calls },
        },
      };
    case "postpone_expiry":
      return { ...next, expires_at: event.expires_at, required_action: run.required_action };
    case "accept_outputs":
      return { ...next, expires_at: event.expires_at };
    case "complete":
      return { ...next, completed_at: now };
    case "run_out_of_tokens":
      return { ...next, incomplete_details: { reason: event.reason } };
    case "be_filtered":
      return { ...next, incomplete_details: { reason: "content_filter" } };
    case "fail":
      return { ...next, failed_at: now, last_error: event.error };
    case "finish_cancelling":
      return { ...next, cancelled_at: now };
    default:
      return next;
  }
}

/**
 * How the open step ends when the run does, by the table; the step itself where the event closes none.
 * @param usage what the model had used by then, where it knows; a step that has its own keeps it
 */
export function closeStep(step: RunStep, event: RunEvent, now: number, usage: Usage | null = null): RunStep {
  const { closes }: Transition = transitions[event.name];
  if (!closes || step.status !== "in_progress") return step;
  const closed: RunStep = { ...step, status: closes.step, usage: step.usage ?? usage };
  if (closes.step === "completed") closed.completed_at = now;
  if (closes.step === "cancelled") closed.cancelled_at = now;
  if (closes.step === "expired") closed.expired_at = now;
  if (closes.step === "failed") closed.failed_at = now;
  if (event.name === "fail") {
    const code = event.error.code === "rate_limit_exceeded" ? event.error.code : "server_error";
    closed.last_error = { code, message: event.error.message };
  }
  return closed;
}

/**
 * How the open message ends when the run does, by the table.
 * @param content what the model had said by then
 */
export function closeMessage(
  message: Message,
  content: MessageContent[],
  event: RunEvent,
  now: number,
): Message {
  const { closes }: Transition = transitions[event.name];
  if (!closes || message.status !== "in_progress") return message;
  return {
    ...message,
    status: "incomplete",
    incomplete_details: { reason: closes.message },
    incomplete_at: now,
    content,
  };
}

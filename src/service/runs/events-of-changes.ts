/** What a unit of work tells those who follow its run: pure, in the original service's order. */
import type { StreamEvent, ToolCallDelta } from "../../contract/events.ts";
import type { Message, Run, RunStep } from "../../contract/objects.ts";
import type { Change } from "../store/store.ts";

/**
 * The events of a change of a run. The run's own come last: its steps and messages are closed before it is.
 * @param before the run's state until then; null for a new run
 */
export function eventsOfChanges(changes: readonly Change[], run: Run, before: Run | null): StreamEvent[] {
  const parts = changes.flatMap((change) => {
    if ("insert" in change && change.insert === "message") return newMessageEvents(change.object);
    if ("insert" in change && change.insert === "run_step") return newStepEvents(change.object);
    if ("replace" in change && change.replace === "message") return [messageEvent(change.object)];
    if ("replace" in change && change.replace === "run_step") return [stepEvent(change.object)];
    return [];
  });
  if (before?.status === run.status) return parts;
  return [...parts, { event: `thread.run.${run.status}`, data: run }];
}

const messageEvent = (message: Message): StreamEvent => ({
  event: `thread.message.${message.status}`,
  data: message,
});

const stepEvent = (step: RunStep): StreamEvent => ({ event: `thread.run.step.${step.status}`, data: step });

/** A message that a run begins, or one that could only be written when it was whole. */
function newMessageEvents(message: Message): StreamEvent[] {
  if (message.run_id === null) return [];
  const begun: Message = {
    ...message,
    status: "in_progress",
    content: [],
    completed_at: null,
    incomplete_at: null,
    incomplete_details: null,
  };
  const whole = message.status === "in_progress" ? [] : [messageEvent(message)];
  return [{ event: "thread.message.created", data: begun }, messageEvent(begun), ...whole];
}

function newStepEvents(step: RunStep): StreamEvent[] {
  const begun: RunStep = { ...begunStep(step), status: "in_progress", completed_at: null, usage: null };
  const open: StreamEvent[] = [{ event: "thread.run.step.created", data: begun }, stepEvent(begun)];
  const whole = step.status === "in_progress" ? [] : [stepEvent(step)];
  return [...open, ...callDeltas(step), ...whole];
}

/** A step of calls begins empty; its calls come as deltas. */
function begunStep(step: RunStep): RunStep {
  if (step.step_details.type !== "tool_calls") return step;
  return { ...step, step_details: { type: "tool_calls", tool_calls: [] } };
}

function callDeltas(step: RunStep): StreamEvent[] {
  if (step.step_details.type !== "tool_calls") return [];
  return step.step_details.tool_calls.map(({ id, function: called }, index): StreamEvent => {
    const { name, arguments: written, output } = called;
    const call: ToolCallDelta = {
      index,
      id,
      type: "function",
      function: { name, arguments: written, output },
    };
    const delta = { step_details: { type: "tool_calls" as const, tool_calls: [call] } };
    return { event: "thread.run.step.delta", data: { id: step.id, object: "thread.run.step.delta", delta } };
  });
}

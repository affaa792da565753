/** What a unit of work means to somebody who follows the runs in it. Pure. */
import type { EventName, StreamEvent, ToolCallDelta } from "../../contract/events.ts";
import type { Message, Run, RunStep, RunStepStatus, StepToolCall } from "../../contract/objects.ts";
import type { Change } from "../store/store.ts";

/**
 * The order within one unit of work: what ends comes before what begins, a message ends before its step and begins
 * after it, and the run itself, which they are parts of, moves last. So at most one step and one message are open.
 */
const RANKS = ["thread", "message ends", "step ends", "step begins", "message begins", "run"] as const;

interface Ranked {
  rank: (typeof RANKS)[number];
  /** The run that it is about; null for the thread, which its first run is about. */
  run_id: string | null;
  events: StreamEvent[];
}

const stepEnds = {
  completed: "thread.run.step.completed",
  failed: "thread.run.step.failed",
  cancelled: "thread.run.step.cancelled",
  expired: "thread.run.step.expired",
} as const satisfies Record<Exclude<RunStepStatus, "in_progress">, EventName>;

/** The events of each run that a unit of work moves on, in their order. */
export function eventsOfChanges(changes: readonly Change[]): Map<string, StreamEvent[]> {
  const ranked = changes.flatMap(rankedEvents);
  ranked.sort((left, right) => RANKS.indexOf(left.rank) - RANKS.indexOf(right.rank));
  const events = new Map<string, StreamEvent[]>();
  for (const { run_id } of ranked) if (run_id !== null) events.set(run_id, []);
  for (const [run_id, own] of events) {
    for (const part of ranked) if (part.run_id === run_id || part.run_id === null) own.push(...part.events);
  }
  return events;
}

function rankedEvents(change: Change): Ranked[] {
  if ("insert" in change) {
    switch (change.insert) {
      case "thread":
        return [{ rank: "thread", run_id: null, events: [{ event: "thread.created", data: change.object }] }];
      case "run":
        return [{ rank: "run", run_id: change.object.id, events: runBegins(change.object) }];
      case "run_step":
        return [{ rank: "step begins", run_id: change.object.run_id, events: stepBegins(change.object) }];
      case "message":
        return [
          { rank: "message begins", run_id: change.object.run_id, events: messageBegins(change.object) },
        ];
    }
  }
  if ("replace" in change && moves(change)) {
    switch (change.replace) {
      case "run":
        return [{ rank: "run", run_id: change.object.id, events: runMoves(change.object) }];
      case "run_step":
        return [{ rank: "step ends", run_id: change.object.run_id, events: stepEnd(change.object) }];
      case "message":
        return [{ rank: "message ends", run_id: change.object.run_id, events: messageEnd(change.object) }];
    }
  }
  return [];
}

/** Events tell of moves: what stays in its state, such as one whose metadata changes, has none. */
function moves({ from, object }: Extract<Change, { from: unknown }>): boolean {
  return "status" in object && "status" in from.object && from.object.status !== object.status;
}

const runMoves = (run: Run): StreamEvent[] => [{ event: `thread.run.${run.status}`, data: run }];

const runBegins = (run: Run): StreamEvent[] => [
  { event: "thread.run.created", data: run },
  { event: "thread.run.queued", data: run },
];

/** A step of tool calls begins empty and gets its calls in deltas; readers put them together. */
function stepBegins(step: RunStep): StreamEvent[] {
  const { id, step_details: details } = step;
  const open = { ...step, status: "in_progress", completed_at: null, usage: null } as const;
  const begins = (data: RunStep): StreamEvent[] => [
    { event: "thread.run.step.created", data },
    { event: "thread.run.step.in_progress", data },
  ];
  if (details.type !== "tool_calls") return [...begins(open), ...stepEnd(step)];
  const deltas = details.tool_calls.flatMap(piecesOfCall).map((piece): StreamEvent => {
    const step_details = { type: "tool_calls" as const, tool_calls: [piece] };
    const data = { id, object: "thread.run.step.delta" as const, delta: { step_details } };
    return { event: "thread.run.step.delta", data };
  });
  return [
    ...begins({ ...open, step_details: { type: "tool_calls", tool_calls: [] } }),
    ...deltas,
    ...stepEnd(step),
  ];
}

/** Readers join strings that come twice, and hear of a call's arguments only after its first piece. */
function piecesOfCall(call: StepToolCall, index: number): ToolCallDelta[] {
  const { type } = call;
  if (type === "code_interpreter") {
    const { input, outputs } = call.code_interpreter;
    const numbered = outputs.map((output, position) => ({ index: position, ...output }));
    return [
      { index, id: call.id, type, code_interpreter: { input, outputs: [] } },
      ...(numbered.length > 0 ? [{ index, type, code_interpreter: { outputs: numbered } }] : []),
    ];
  }
  if (type === "file_search") return [{ index, ...call }];
  return [
    { index, ...call, function: { ...call.function, arguments: "" } },
    { index, type, function: { arguments: call.function.arguments } },
  ];
}

function stepEnd(step: RunStep): StreamEvent[] {
  return step.status === "in_progress" ? [] : [{ event: stepEnds[step.status], data: step }];
}

/** Only what a run writes is a part of it; a user's message may come with it. */
function messageBegins(message: Message): StreamEvent[] {
  if (message.status !== "in_progress") return [];
  return [
    { event: "thread.message.created", data: message },
    { event: "thread.message.in_progress", data: message },
  ];
}

function messageEnd(message: Message): StreamEvent[] {
  if (message.status === "in_progress") return [];
  const ends: StreamEvent = { event: `thread.message.${message.status}`, data: message };
  const [first] = message.content;
  const annotations = first?.type === "text" ? first.text.annotations : [];
  if (annotations.length === 0) return [ends];
  // The text was told while it was spoken; where its citations are is known only now.
  const cited = annotations.map((annotation, index) => ({ index, ...annotation }));
  const content = [{ index: 0, type: "text" as const, text: { value: "", annotations: cited } }];
  const data = { id: message.id, object: "thread.message.delta" as const, delta: { content } };
  return [{ event: "thread.message.delta", data }, ends];
}

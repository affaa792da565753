/**
 * What a stream tells of a run, event by event, as it stands on the wire. A server may send events that are not
 * named here; they are passed on, never an error.
 */
import type { Annotation, CodeOutput, FileSearchStepCall, Message, Run, RunStep, Thread } from "./objects.ts";

/** A piece of a message's text, to be put behind what came before. */
export interface MessageDeltaText {
  index: number;
  type: "text";
  text: { value: string; annotations: (Annotation & { index: number })[] };
}

export interface MessageDelta {
  /** The message's. */
  id: string;
  object: "thread.message.delta";
  delta: { content: MessageDeltaText[] };
}

/**
 * A piece of a function's call: the first has all but the arguments, which come in those that follow, to be put
 * behind each other.
 */
export interface FunctionCallDelta {
  index: number;
  id?: string;
  type: "function";
  function: { name?: string; arguments?: string; output?: string | null };
}

/** A piece of what the code interpreter does: its input, to be put behind each other, then outputs by their index. */
export interface CodeInterpreterDelta {
  index: number;
  id?: string;
  type: "code_interpreter";
  code_interpreter: { input?: string; outputs?: (CodeOutput & { index: number })[] };
}

/** A search, whole: it is told of when it has been made. */
export type FileSearchDelta = FileSearchStepCall & { index: number };

/** A piece of a tool call of a step: the pieces of one call share their index. */
export type ToolCallDelta = FunctionCallDelta | CodeInterpreterDelta | FileSearchDelta;

export interface RunStepDelta {
  /** The step's. */
  id: string;
  object: "thread.run.step.delta";
  delta: { step_details: { type: "tool_calls"; tool_calls: ToolCallDelta[] } };
}

/** What each event carries. */
export interface EventData {
  "thread.created": Thread;
  "thread.run.created": Run;
  "thread.run.queued": Run;
  "thread.run.in_progress": Run;
  "thread.run.requires_action": Run;
  "thread.run.completed": Run;
  "thread.run.incomplete": Run;
  "thread.run.failed": Run;
  "thread.run.cancelling": Run;
  "thread.run.cancelled": Run;
  "thread.run.expired": Run;
  "thread.run.step.created": RunStep;
  "thread.run.step.in_progress": RunStep;
  "thread.run.step.delta": RunStepDelta;
  "thread.run.step.completed": RunStep;
  "thread.run.step.failed": RunStep;
  "thread.run.step.cancelled": RunStep;
  "thread.run.step.expired": RunStep;
  "thread.message.created": Message;
  "thread.message.in_progress": Message;
  "thread.message.delta": MessageDelta;
  "thread.message.completed": Message;
  "thread.message.incomplete": Message;
}

export type EventName = keyof EventData;

/** One event of a stream. */
export type StreamEvent = { [Name in EventName]: { event: Name; data: EventData[Name] } }[EventName];

/**
 * What ends a stream on the wire. Whoever reads a stream in a program sees neither: the iteration ends, or it
 * rejects with the `ContractError` that the data of `error` is made from.
 */
export const END_OF_STREAM = { event: "done", data: "[DONE]" } as const;
export const ERROR_IN_STREAM = "error";

/** What a media type begins with whose body is a stream of events. */
export const EVENT_STREAM = "text/event-stream";

/** The events of a streamed run, as they stand on the wire: a name and its data. */
import type { WireError } from "./errors.ts";
import type { Message, Run, RunStatus, RunStep, RunStepStatus, Thread } from "./objects.ts";

/** A piece of a message's text; the pieces of one content part share its index. */
export interface MessageDelta {
  id: string;
  object: "thread.message.delta";
  delta: { content: { index: number; type: "text"; text: { value: string } }[] };
}

/** A piece of a tool call; the first one carries its id and name, later ones what comes of its arguments. */
export interface ToolCallDelta {
  index: number;
  id?: string;
  type: "function";
  function: { name?: string; arguments: string; output?: string | null };
}

export interface RunStepDelta {
  id: string;
  object: "thread.run.step.delta";
  delta: { step_details: { type: "tool_calls"; tool_calls: ToolCallDelta[] } };
}

type RunEventName = "created" | RunStatus;
type StepEventName = "created" | RunStepStatus;
type MessageEventName = "created" | Message["status"];

export type StreamEvent =
  | { event: "thread.created"; data: Thread }
  | { event: `thread.run.${RunEventName}`; data: Run }
  | { event: `thread.run.step.${StepEventName}`; data: RunStep }
  | { event: "thread.run.step.delta"; data: RunStepDelta }
  | { event: `thread.message.${MessageEventName}`; data: Message }
  | { event: "thread.message.delta"; data: MessageDelta }
  | { event: "error"; data: WireError["error"] };

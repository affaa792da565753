import type { MessageContent, Usage } from "../../contract/objects.ts";
import type { Change } from "../store/store.ts";
import type { RunState } from "./run-change.ts";
import { citationsIn } from "./search-tool.ts";

/** A text of a run, with the places that cite what the run has found; nothing where it is empty. */
export function citedText(value: string, { run }: RunState): MessageContent[] {
  if (value === "") return [];
  const annotations = citationsIn(value, run.internal.search?.sources ?? []);
  return [{ type: "text", text: { value, annotations } }];
}

/**
 * The open message with its text, and its step, both completed; nothing where none is open.
 * @param usage what the step shows
 * @param now Unix seconds
 */
export function writtenMessage(state: RunState, value: string, usage: Usage | null, now: number): Change[] {
  if (!state.step || !state.message) return [];
  const completed = { status: "completed", completed_at: now } as const;
  const content = citedText(value, state);
  return [
    {
      replace: "message",
      from: state.message,
      object: { ...state.message.object, ...completed, content },
      internal: null,
    },
    {
      replace: "run_step",
      from: state.step,
      object: { ...state.step.object, ...completed, usage },
      internal: state.step.internal,
    },
  ];
}

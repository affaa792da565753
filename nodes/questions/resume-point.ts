/** Where a run stands whose question was left, by what it waits for and what the flow has answered. Pure. */
import type { Run } from "../../src/contract/objects.ts";
import type { NotedAnswer } from "../journal/noted-question.ts";
import type { ToolAnswer } from "./pending-call.ts";
import type { AnsweredToolCall } from "./tool-round.ts";

export interface ResumePoint {
  /** The next round, or the one that is under way; counts from 1. */
  round: number;
  /** Of the rounds before it, in order. */
  earlier: AnsweredToolCall[];
  /** What this round has been answered by now, by the calls' ids. */
  given: Map<string, ToolAnswer>;
}

/** @param answers in the order of their rounds */
export function resumePoint(run: Run, answers: NotedAnswer[]): ResumePoint {
  const open = new Set(run.required_action?.submit_tool_outputs.tool_calls.map(({ id }) => id));
  const last = answers.at(-1)?.round ?? 0;
  // Its round is the last that was answered, unless none of its calls has been.
  const isOpen = ({ round, call }: NotedAnswer) => round === last && open.has(call.id);
  const given = answers.filter(isOpen);
  return {
    round: given.length > 0 ? last : last + 1,
    earlier: answers.filter((answer) => !isOpen(answer)).map(({ call, answer }) => ({ call, answer })),
    given: new Map(given.map(({ call, answer }) => [call.id, answer])),
  };
}

/** Where a run stands whose question was left, by what it waits for and what the flow has answered. Pure. */
import type { Run } from "../../src/contract/objects.ts";
import type { LeftQuestion, NotedAnswer } from "../journal/noted-question.ts";
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

/** A server may number its calls alike in each round, so the calls' ids alone do not tell which one it is. */
export function resumePoint(run: Run, left: Pick<LeftQuestion, "round" | "answers">): ResumePoint {
  const open = new Set(run.required_action?.submit_tool_outputs.tool_calls.map(({ id }) => id));
  const ofLast = left.answers.filter(({ round }) => round === left.round);
  // A round of which something was answered is over when its calls are no more what the run waits for.
  const isOpen = open.size > 0 && left.round > 0 && ofLast.every(({ call }) => open.has(call.id));
  const round = isOpen ? left.round : left.round + 1;
  const given = left.answers.filter((answer) => answer.round === round);
  const earlier = left.answers.filter((answer) => answer.round < round);
  const plain = ({ call, answer }: NotedAnswer) => ({ call, answer });
  return {
    round,
    earlier: earlier.map(plain),
    given: new Map(given.map(({ call, answer }) => [call.id, answer])),
  };
}

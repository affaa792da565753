import type { RunToolCall } from "../../src/contract/objects.ts";
import type { Row, SqlValue } from "../database/statements.ts";
import type { ToolAnswer } from "../questions/pending-call.ts";

/** A question as it is written down before anything is done for it. */
export interface NewQuestion {
  id: string;
  /** The run node. */
  node: string;
  /** Its config node; empty for the built-in service. */
  config: string;
  /** Whether a restart only cancels it, because nobody would wait for its answer. */
  cancels: boolean;
  /** The properties of its message that are JSON, as JSON. */
  message: string;
  /** What it asks, as JSON. */
  asked: string;
}

/** What the flow has answered to one call. */
export interface NotedAnswer {
  /** Counts the rounds of a run, from 1. */
  round: number;
  call: RunToolCall;
  answer: ToolAnswer;
}

/** A question that the last process has left, or its node before a deploy. */
export interface LeftQuestion extends NewQuestion {
  /** Null where it was to make a thread and had not. */
  thread: string | null;
  /** Null where nobody knows whether there is a run. */
  run: string | null;
  /** The last whose calls went out; 0 before the first. */
  round: number;
  /** In the order of the rounds. */
  answers: NotedAnswer[];
}

/** A row of the question's table, and the rows of its answers. */
export function leftQuestion(row: Row, answers: Row[]): LeftQuestion {
  return {
    id: String(row["id"]),
    node: String(row["node"]),
    config: String(row["config"]),
    cancels: row["cancels"] === 1,
    message: String(row["message"]),
    asked: String(row["asked"]),
    thread: textOrNull(row["thread"]),
    run: textOrNull(row["run"]),
    round: Number(row["round"]),
    answers: answers.map(({ round, call, answer }) => {
      return { round: Number(round), call: JSON.parse(String(call)), answer: JSON.parse(String(answer)) };
    }),
  };
}

const textOrNull = (value: SqlValue | undefined) => (typeof value === "string" ? value : null);

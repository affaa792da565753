/** What the run node adds to the question's message when the run has its answer. */
import type { NodeAPI } from "node-red";
import type { AssistantsApi } from "../../src/contract/api.ts";
import type { Message, Run, Thread } from "../../src/contract/objects.ts";
import { flowError } from "../shared/flow-error.ts";
import type { ToolAnswer } from "./pending-call.ts";
import type { AnsweredToolCall } from "./tool-round.ts";

export interface Answer {
  run: Run;
  thread: Thread;
  /** The run's own, oldest first. */
  messages: Message[];
  /** The text of the last of them, or what it says where the run was asked for JSON. */
  value: unknown;
  toolOutputs: Record<string, unknown[]>;
}

/** What a completed run has come to. Rejects with `answer_not_json`, and when the API fails. */
export async function readAnswer(
  RED: NodeAPI,
  api: AssistantsApi,
  run: Run,
  answered: AnsweredToolCall[],
  signal: AbortSignal,
): Promise<Answer> {
  const { thread_id, id: run_id } = run;
  const [page, thread] = await Promise.all([
    api.listMessages({ thread_id, run_id, order: "asc", limit: 100 }, { signal }),
    api.getThread({ thread_id }, { signal }),
  ]);
  const value = answerValue(RED, run, answerText(page.data));
  return { run, thread, messages: page.data, value, toolOutputs: toolOutputs(answered) };
}

function answerValue(RED: NodeAPI, run: Run, said: string): unknown {
  if (!wantsJson(run)) return said;
  try {
    return JSON.parse(said);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw flowError(RED, "answer_not_json", { reason }, { run_id: run.id, text: said });
  }
}

/** The text of a run's last message; empty when the run wrote none. */
export function answerText(messages: Message[]): string {
  const last = messages.findLast((message) => message.role === "assistant");
  const parts = last?.content ?? [];
  return parts.flatMap((part) => (part.type === "text" ? [part.text.value] : [])).join("");
}

/** Whether the run was asked for JSON, so that its answer is handed on parsed. */
export function wantsJson(run: Run): boolean {
  const format = run.response_format;
  return typeof format === "object" && format !== null && format.type.startsWith("json");
}

/** A call that failed shows its error where its answer would be. */
const returned = (answer: ToolAnswer) => ("error" in answer ? { error: answer.error } : answer.payload);

/** What the flow returned, by function and in the order of the calls. */
export function toolOutputs(answered: AnsweredToolCall[]): Record<string, unknown[]> {
  const byName = Map.groupBy(answered, ({ call }) => call.function.name);
  return Object.fromEntries(
    [...byName].map(([name, calls]) => [name, calls.map(({ answer }) => returned(answer))]),
  );
}

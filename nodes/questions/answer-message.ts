/** What the run node adds to the question's message when the run has its answer. */
import type { Message, Run } from "../../src/contract/objects.ts";
import type { ToolAnswer } from "./pending-call.ts";
import type { AnsweredToolCall } from "./tool-round.ts";

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

/** A flow's answer to a call as the model reads it. Pure. */
import { isUint8Array } from "node:util/types";
import type { ToolAnswer } from "./pending-call.ts";

/** What is wrong with an answer: nothing at all, no JSON, no text, or too much of it. */
export type OutputProblem = "empty" | "circular" | "binary" | "too_large";

/** What the model is told of each. */
const sentences: Record<OutputProblem, string> = {
  empty: "gave no answer",
  circular: "gave an answer that cannot be written as JSON",
  binary: "gave binary data, which cannot be read",
  too_large: "gave an answer that is too large. Ask it for less",
};

const utf8 = new TextDecoder("utf-8", { fatal: true });

/**
 * Text as it is, bytes as the UTF-8 text that they are, everything else as JSON.
 * @param limit bytes that the output may have
 * @returns an error for the model, and what is wrong for the author, where there is nothing to send
 */
export function toolOutput(
  name: string,
  payload: unknown,
  limit: number,
): { output: string; problem?: OutputProblem } {
  const written = writtenOutput(payload);
  if ("problem" in written) return failed(name, written.problem);
  // A character has at least one byte, so most texts need not be measured.
  const { length } = written.output;
  const fits = length <= limit && (length * 3 <= limit || Buffer.byteLength(written.output) <= limit);
  return fits ? written : failed(name, "too_large");
}

function writtenOutput(payload: unknown): { output: string } | { problem: OutputProblem } {
  if (typeof payload === "string") return { output: payload };
  if (isUint8Array(payload)) {
    try {
      return { output: utf8.decode(payload) };
    } catch {
      return { problem: "binary" };
    }
  }
  try {
    const json: string | undefined = JSON.stringify(payload);
    return json === undefined ? { problem: "empty" } : { output: json };
  } catch {
    return { problem: "circular" };
  }
}

const failed = (name: string, problem: OutputProblem) => {
  return { output: errorOutput(`The function ${name} ${sentences[problem]}.`), problem };
};

/** How a failure is written for the model. */
export const errorOutput = (reason: string) => JSON.stringify({ error: reason });

/** An answer that can be written down and read again as it was; what is no JSON becomes what the model reads of it. */
export function jsonAnswer(name: string, answer: ToolAnswer, limit: number): ToolAnswer {
  if ("error" in answer || typeof answer.payload === "string") return answer;
  const { output, problem } = toolOutput(name, answer.payload, limit);
  if (problem) return { error: `The function ${name} ${sentences[problem]}.` };
  return { payload: isUint8Array(answer.payload) ? output : JSON.parse(output) };
}

import type { FunctionStepCall, StepDetails } from "../src/contract/objects.ts";

/** The calls of functions that a step shows, in their order. */
export function functionCallsOf(details: StepDetails | undefined): FunctionStepCall[] {
  if (details?.type !== "tool_calls") return [];
  return details.tool_calls.filter((call) => call.type === "function");
}

import type { RunToolCall } from "../../../src/contract/objects.ts";

/** A call as a run asks for it. */
export function called(id: string, name = "lookUp", written = "{}"): RunToolCall {
  return { id, type: "function", function: { name, arguments: written } };
}

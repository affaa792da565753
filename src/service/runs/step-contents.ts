import type { RunStep } from "../../contract/objects.ts";
import type { Stored } from "../store/store.ts";

/** The step with the texts that its searches have found, which `include` asks for. */
export function withContents({ object, internal }: Pick<Stored<"run_step">, "object" | "internal">): RunStep {
  const { step_details: details } = object;
  if (details.type !== "tool_calls") return object;
  const tool_calls = details.tool_calls.map((call) => {
    if (call.type !== "file_search") return call;
    const texts = internal?.searches.find(({ call_id }) => call_id === call.id)?.contents ?? [];
    const results = (call.file_search.results ?? []).map((result, index) => {
      return { ...result, content: [{ type: "text" as const, text: texts[index] ?? "" }] };
    });
    return { ...call, file_search: { ...call.file_search, results } };
  });
  return { ...object, step_details: { ...details, tool_calls } };
}

import type { FunctionDefinition } from "../../../src/contract/objects.ts";
import type { ModelEvent, ModelItem, ModelRequest } from "../../../src/models/model.ts";
import { createRehearsal } from "../../../src/models/rehearsal/rehearsal.ts";

/** A request with nothing in it but what a test is about. */
export function requestOf(given: Partial<ModelRequest>): ModelRequest {
  return {
    model: "rehearsal",
    instructions: "",
    items: [],
    functions: [],
    own_tools: [],
    tool_choice: "auto",
    parallel_tool_calls: true,
    response_format: "auto",
    reasoning_effort: null,
    temperature: null,
    top_p: null,
    max_completion_tokens: null,
    ...given,
  };
}

export function says(text: string, role: "user" | "assistant" = "user"): ModelItem {
  return { type: "message", role, content: [{ type: "text", text }] };
}

/** A function; `parameters` are given as its properties, all of them required. */
export function declared(
  name: string,
  description: string,
  properties: Record<string, unknown> = {},
  required: string[] | null = Object.keys(properties),
): FunctionDefinition {
  const parameters = { type: "object", properties, ...(required === null ? {} : { required }) };
  return { name, description, parameters };
}

export async function eventsFor(given: Partial<ModelRequest>): Promise<ModelEvent[]> {
  const events: ModelEvent[] = [];
  const stream = createRehearsal({ pace: 0 }).generate(requestOf(given), new AbortController().signal);
  for await (const event of stream) events.push(event);
  return events;
}

export interface AskedCall {
  name: string;
  arguments: string;
}

/** The calls and the text of an answer, put together from its pieces. */
export async function ask(given: Partial<ModelRequest>): Promise<{ calls: AskedCall[]; text: string }> {
  const calls: AskedCall[] = [];
  let text = "";
  for (const event of await eventsFor(given)) {
    if (event.type === "text_delta") text += event.text;
    if (event.type !== "tool_call_delta") continue;
    const call = calls[event.index] ?? { name: event.name ?? "", arguments: "" };
    call.arguments += event.arguments ?? "";
    calls[event.index] = call;
  }
  return { calls, text };
}

/** The calls of one answer as `[name, arguments]`. */
export async function callsFor(given: Partial<ModelRequest>): Promise<[string, unknown][]> {
  const { calls } = await ask(given);
  return calls.map((call) => [call.name, JSON.parse(call.arguments)]);
}

/** One step of a run: calls of functions, then what they returned. */
export function step(outputs: Record<string, string>): ModelItem[] {
  const entries = Object.entries(outputs);
  return [
    ...entries.map(([name]): ModelItem => ({ type: "tool_call", id: `call_${name}`, name, arguments: "{}" })),
    ...entries.map(
      ([name, output]): ModelItem => ({ type: "tool_output", tool_call_id: `call_${name}`, name, output }),
    ),
  ];
}

export interface Rehearsed {
  steps: [string, unknown][][];
  text: string;
}

/** A whole run: calls are answered from `outputs` until there is an answer; ten steps at most. */
export async function rehearse(
  given: Partial<ModelRequest>,
  outputs: Record<string, string>,
): Promise<Rehearsed> {
  const items = [...(given.items ?? [])];
  const steps: [string, unknown][][] = [];
  while (steps.length < 10) {
    const { calls, text } = await ask({ ...given, items });
    if (calls.length === 0) return { steps, text };
    steps.push(calls.map((call) => [call.name, JSON.parse(call.arguments)]));
    items.push(...step(Object.fromEntries(calls.map(({ name }) => [name, outputs[name] ?? "done"]))));
  }
  throw new Error("The run does not come to an end.");
}

/** What the model sees of a run: built from what is stored, so that it is the same after a crash. */
import type { Message, Run, RunStep, StepToolCall, ToolChoice } from "../../contract/objects.ts";
import { type ModelContent, ModelError, type ModelItem, type ModelRequest } from "../../models/model.ts";
import { estimateTokens } from "../../models/tokens.ts";
import type { RunInternal } from "../store/kinds.ts";
import type { Store } from "../store/store.ts";

/** How much of a thread `auto` truncation reads, in messages. */
export const AUTO_MESSAGES = 500;

/** How much `last_messages` reads at most: all of it stands in memory for the call. */
const MAX_MESSAGES = 5000;

/** A run that takes more steps goes in circles. */
export const MAX_STEPS = 500;

/**
 * The next question to the model.
 * @returns null when not even the newest message fits into the run's `max_prompt_tokens`
 */
export async function buildModelRequest(
  store: Store,
  run: Run,
  internal: RunInternal,
): Promise<ModelRequest | null> {
  const steps = await store.list("run_step", { where: { run_id: run.id }, limit: MAX_STEPS, order: "asc" });
  if (steps.length === MAX_STEPS) {
    throw new ModelError("server_error", `The run has taken ${MAX_STEPS} steps without an answer.`);
  }
  const kept = Math.min(run.truncation_strategy?.last_messages ?? AUTO_MESSAGES, MAX_MESSAGES);
  // The run's own messages come on top of those that truncation counts; each has a step.
  const newest = await store.list("message", {
    where: { thread_id: run.thread_id },
    limit: kept + steps.length,
    order: "desc",
  });
  const messages = newest.map((stored) => stored.object).reverse();
  const earlier = messages.filter((message) => message.run_id !== run.id).slice(-kept);
  const own = new Map(messages.map((message) => [message.id, message]));
  const ownItems = steps.flatMap((step) => stepItems(step.object, own));
  const fixed = estimateTokens(run.instructions) + tokensOf(ownItems);
  const items = fitting(earlier.flatMap(messageItem), run.max_prompt_tokens, fixed);
  if (!items) return null;
  return {
    model: run.model,
    instructions: run.instructions,
    items: [...items, ...ownItems],
    functions: run.tools.map((tool) => tool.function),
    tool_choice: toolChoice(
      run,
      steps.map((step) => step.object),
    ),
    parallel_tool_calls: run.parallel_tool_calls,
    response_format: run.response_format ?? "auto",
    temperature: run.temperature,
    top_p: run.top_p,
    max_completion_tokens: remainingTokens(run, internal),
  };
}

/** A forced call is forced until it was made: asked of every round, it would never let the model answer. */
export function toolChoice(run: Run, steps: RunStep[]): ToolChoice {
  const choice = run.tool_choice ?? "auto";
  if (choice === "none" || choice === "auto") return choice;
  const wanted = choice === "required" ? run.tools.map((tool) => tool.function.name) : [choice.function.name];
  const called = steps.flatMap(({ step_details: details }) =>
    details.type === "tool_calls" ? details.tool_calls.map((call) => call.function.name) : [],
  );
  return called.some((name) => wanted.includes(name)) ? "auto" : choice;
}

function remainingTokens(run: Run, internal: RunInternal): number | null {
  if (run.max_completion_tokens === null) return null;
  return Math.max(1, run.max_completion_tokens - internal.usage.completion_tokens);
}

function messageItem(message: Message): ModelItem[] {
  const content = message.content.map(
    (part): ModelContent =>
      part.type === "text"
        ? { type: "text", text: part.text.value }
        : { type: "image_url", url: part.image_url.url },
  );
  return content.length > 0 ? [{ type: "message", role: message.role, content }] : [];
}

function stepItems(step: RunStep, messages: Map<string, Message>): ModelItem[] {
  if (step.step_details.type === "message_creation") {
    const message = messages.get(step.step_details.message_creation.message_id);
    return message ? messageItem(message) : [];
  }
  const calls = step.step_details.tool_calls;
  return [...calls.map(callItem), ...calls.map(outputItem)];
}

const callItem = (call: StepToolCall): ModelItem => ({
  type: "tool_call",
  id: call.id,
  name: call.function.name,
  arguments: call.function.arguments,
});

const outputItem = (call: StepToolCall): ModelItem => ({
  type: "tool_output",
  tool_call_id: call.id,
  name: call.function.name,
  output: call.function.output ?? "",
});

/** The newest items that fit beside what is fixed; null when there are some and none fits. */
function fitting(items: ModelItem[], maxTokens: number | null, fixed: number): ModelItem[] | null {
  if (maxTokens === null) return items;
  let tokens = fixed;
  let first = items.length;
  while (first > 0) {
    tokens += tokensOf(items.slice(first - 1, first));
    if (tokens > maxTokens) break;
    first -= 1;
  }
  const overfull = first === items.length && tokens > maxTokens;
  return overfull ? null : items.slice(first);
}

function tokensOf(items: ModelItem[]): number {
  let tokens = 0;
  for (const item of items) {
    if (item.type === "tool_call") tokens += estimateTokens(item.name) + estimateTokens(item.arguments);
    else if (item.type === "tool_output") tokens += estimateTokens(item.output);
    else for (const part of item.content) tokens += part.type === "text" ? estimateTokens(part.text) : 0;
  }
  return tokens;
}

/** What the model sees of a run: built from what is stored, so that it is the same after a crash. */
import type {
  FunctionStepCall,
  ImageFileContent,
  Message,
  NamedToolChoice,
  Run,
  RunStep,
  StepToolCall,
  Tool,
  ToolChoice,
} from "../../contract/objects.ts";
import { type ModelContent, ModelError, type ModelItem, type ModelRequest } from "../../models/model.ts";
import { beginningWithUser } from "../../models/shortened.ts";
import { estimateTokens, tokensOfItems } from "../../models/tokens.ts";
import type { KeptItem, RunInternal } from "../store/kinds.ts";
import type { Store } from "../store/store.ts";

/** A piece of a message before the images of files are read. */
export type StoredContent = ModelContent | ImageFileContent;

type Item = ModelItem<StoredContent>;

/** How much of a thread `auto` truncation reads, in messages. */
export const AUTO_MESSAGES = 500;

/** How much `last_messages` reads at most: all of it stands in memory for the call. */
const MAX_MESSAGES = 5000;

/** The part of a model's context window that is kept free for its answer where the run sets no limit. */
const ANSWER_SHARE = 0.25;

/** A run that takes more steps goes in circles. */
export const MAX_STEPS = 500;

/**
 * The next question to the model; the images of files are only named in it.
 * @param contextWindow how many tokens the model takes, question and answer together; null where nobody knows
 * @returns null when not even the newest message fits into the run's `max_prompt_tokens`. No tokens for the answer
 *   (0) means that the run has used them up: it is not to be asked
 */
export async function buildModelRequest(
  store: Store,
  run: Run,
  internal: RunInternal,
  contextWindow: number | null = null,
): Promise<ModelRequest<StoredContent> | null> {
  const steps = await store.list("run_step", { where: { run_id: run.id }, limit: MAX_STEPS, order: "asc" });
  if (steps.length === MAX_STEPS) {
    throw new ModelError("server_error", `The run has taken ${MAX_STEPS} steps without an answer.`);
  }
  const { type = "auto", last_messages } = run.truncation_strategy ?? {};
  const kept = Math.min((type === "last_messages" && last_messages) || AUTO_MESSAGES, MAX_MESSAGES);
  // The run's own messages come on top of those that truncation counts; each has a step.
  const newest = await store.list("message", {
    where: { thread_id: run.thread_id },
    limit: kept + steps.length + 1,
    order: "desc",
  });
  const messages = newest.map((stored) => stored.object).reverse();
  const before = messages.filter((message) => message.run_id !== run.id);
  const earlier = before.slice(-kept);
  const own = new Map(messages.map((message) => [message.id, message]));
  const ownItems = stepsItems(
    steps.map((step) => step.object),
    own,
    internal.kept ?? [],
  );
  const fixed = estimateTokens(run.instructions) + tokensOfItems(ownItems);
  const wanted = fitting(earlier.flatMap(messageItem), run.max_prompt_tokens, fixed);
  if (!wanted) return null;
  const fit = withinWindow(wanted, run, contextWindow, fixed);
  const items = fit.length < before.flatMap(messageItem).length ? beginningWithUser(fit) : fit;
  return {
    model: run.model,
    instructions: run.instructions,
    items: [...items, ...ownItems],
    functions: run.tools.flatMap((tool) => (tool.type === "function" ? [tool.function] : [])),
    own_tools: run.tools.some(({ type }) => type === "code_interpreter") ? ["code_interpreter"] : [],
    tool_choice: toolChoice(
      run,
      steps.map((step) => step.object),
    ),
    parallel_tool_calls: run.parallel_tool_calls,
    response_format: run.response_format ?? "auto",
    reasoning_effort: run.reasoning_effort ?? null,
    temperature: run.temperature,
    top_p: run.top_p,
    max_completion_tokens: remainingTokens(run, internal),
  };
}

/** A forced call is forced until it was made: asked of every round, it would never let the model answer. */
export function toolChoice(run: Run, steps: RunStep[]): ToolChoice {
  const choice = run.tool_choice ?? "auto";
  if (choice === "none" || choice === "auto") return choice;
  const wanted = (choice === "required" ? run.tools : [choice]).map(toolName);
  const called = steps.flatMap(({ step_details: details }) =>
    details.type === "tool_calls" ? details.tool_calls.map(toolName) : [],
  );
  return called.some((name) => wanted.includes(name)) ? "auto" : choice;
}

/** A function may have the name of another kind of tool. */
const toolName = (tool: Tool | NamedToolChoice | StepToolCall): string =>
  tool.type === "function" ? `function ${tool.function.name}` : tool.type;

function remainingTokens(run: Run, internal: RunInternal): number | null {
  if (run.max_completion_tokens === null) return null;
  return Math.max(0, run.max_completion_tokens - internal.usage.completion_tokens);
}

function messageItem(message: Message): Item[] {
  const content = message.content.map((part): StoredContent => {
    if (part.type === "text") return { type: "text", text: part.text.value };
    return part.type === "image_url" ? { type: "image_url", ...part.image_url } : part;
  });
  return content.length > 0 ? [{ type: "message", role: message.role, content }] : [];
}

/** What this run has said and called so far, each answer with what the model kept where it stood in it. */
function stepsItems(steps: RunStep[], messages: Map<string, Message>, kept: KeptItem[]): Item[] {
  const items: Item[] = [];
  /** The text of an answer whose calls come next. */
  let text: Item[] = [];
  for (const { id, step_details: details } of steps) {
    if (details.type === "message_creation") {
      items.push(...text);
      const message = messages.get(details.message_creation.message_id);
      text = message ? messageItem(message) : [];
    } else {
      const calls = details.tool_calls.filter((call) => call.type === "function");
      const answer = [...text, ...calls.map(callItem)];
      const opaque = kept.filter((item) => item.step_id === id);
      items.push(...answer.flatMap((item, index) => [...opaqueAt(opaque, index), item]));
      // What a tool of the model's own has done only the model can say.
      items.push(...opaqueAt(opaque, answer.length));
      items.push(...calls.map(outputItem));
      text = [];
    }
  }
  return [...items, ...text];
}

const opaqueAt = (kept: KeptItem[], index: number): Item[] =>
  kept.filter(({ position }) => position === index).map(({ data }) => ({ type: "opaque", data }));

const callItem = (call: FunctionStepCall): Item => ({
  type: "tool_call",
  id: call.id,
  name: call.function.name,
  arguments: call.function.arguments,
});

const outputItem = (call: FunctionStepCall): Item => ({
  type: "tool_output",
  tool_call_id: call.id,
  name: call.function.name,
  output: call.function.output ?? "",
});

/** The newest items that fit beside what is fixed; null when there are some and none fits. */
function fitting(items: Item[], maxTokens: number | null, fixed: number): Item[] | null {
  if (maxTokens === null) return items;
  let tokens = fixed;
  let first = items.length;
  while (first > 0) {
    tokens += tokensOfItems(items.slice(first - 1, first));
    if (tokens > maxTokens) break;
    first -= 1;
  }
  const overfull = first === items.length && tokens > maxTokens;
  return overfull ? null : items.slice(first);
}

/** The newest items that fit into the model's context window beside the answer; the newest of all in any case. */
function withinWindow(items: Item[], run: Run, contextWindow: number | null, fixed: number): Item[] {
  if (contextWindow === null) return items;
  const answer = Math.min(run.max_completion_tokens ?? contextWindow * ANSWER_SHARE, contextWindow / 2);
  const tools = estimateTokens(JSON.stringify(run.tools));
  return fitting(items, contextWindow - answer, fixed + tools) ?? items.slice(-1);
}

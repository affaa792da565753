/** What the model sees of a run: built from what is stored, so that it is the same after a crash. */
import type {
  FunctionDefinition,
  ImageFileContent,
  Message,
  NamedToolChoice,
  Run,
  RunStep,
  StepToolCall,
  Tool,
} from "../../contract/objects.ts";
import {
  type ModelContent,
  ModelError,
  type ModelItem,
  type ModelRequest,
  type ModelToolChoice,
} from "../../models/model.ts";
import { beginningWithUser } from "../../models/shortened.ts";
import { estimateTokens, tokensOfItems } from "../../models/tokens.ts";
import type { KeptItem, RunInternal, StepInternal } from "../store/kinds.ts";
import type { Store, Stored } from "../store/store.ts";
import { searchFunction, searchName, searchOptions, searchOutput } from "./search-tool.ts";

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
  const ownItems = stepsItems(steps, own, internal.kept ?? []);
  const fixed = estimateTokens(run.instructions) + tokensOfItems(ownItems);
  const wanted = fitting(earlier.flatMap(messageItem), run.max_prompt_tokens, fixed);
  if (!wanted) return null;
  const fit = withinWindow(wanted, run, contextWindow, fixed);
  const items = fit.length < before.flatMap(messageItem).length ? beginningWithUser(fit) : fit;
  return {
    model: run.model,
    instructions: run.instructions,
    items: [...items, ...ownItems],
    functions: functionsOf(run),
    ...(searchOptions(run) ? { file_search: searchName(run) } : {}),
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
export function toolChoice(run: Run, steps: RunStep[]): ModelToolChoice {
  const choice = run.tool_choice ?? "auto";
  if (choice === "none" || choice === "auto") return choice;
  const wanted = (choice === "required" ? run.tools : [choice]).map(toolName);
  const called = steps.flatMap(({ step_details: details }) =>
    details.type === "tool_calls" ? details.tool_calls.map(toolName) : [],
  );
  if (called.some((name) => wanted.includes(name))) return "auto";
  if (typeof choice === "string" || choice.type !== "file_search") return choice;
  return { type: "function", function: { name: searchName(run) } };
}

/** A function may have the name of another kind of tool. */
const toolName = (tool: Tool | NamedToolChoice | StepToolCall): string =>
  tool.type === "function" ? `function ${tool.function.name}` : tool.type;

/** Those of the run, and the search of files where it has that. */
function functionsOf(run: Run): FunctionDefinition[] {
  const own = run.tools.flatMap((tool) => (tool.type === "function" ? [tool.function] : []));
  return searchOptions(run) ? [...own, searchFunction(run)] : own;
}

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

interface MadeCall {
  id: string;
  name: string;
  arguments: string;
  output: string;
}

/** What this run has said and called so far, each answer with what the model kept where it stood in it. */
function stepsItems(steps: Stored<"run_step">[], messages: Map<string, Message>, kept: KeptItem[]): Item[] {
  const items: Item[] = [];
  /** The text of an answer whose calls come next. */
  let text: Item[] = [];
  for (const { object, internal } of steps) {
    const { id, step_details: details } = object;
    if (details.type === "message_creation") {
      items.push(...text);
      const message = messages.get(details.message_creation.message_id);
      text = message ? messageItem(message) : [];
    } else {
      const calls = details.tool_calls.flatMap((call) => madeCall(call, internal));
      const answer = [...text, ...calls.map(callItem)];
      const opaque = kept.filter((item) => item.step_id === id);
      items.push(...answer.flatMap((item, index) => [...opaqueAt(opaque, index), item]));
      // What a tool of the model's own has done only the model can say; calls that stand in front of it may have a
      // step of their own, and a message may have been deleted.
      items.push(...opaque.filter(({ position }) => position >= answer.length).map(opaqueItem));
      items.push(...calls.map(outputItem));
      text = [];
    }
  }
  return [...items, ...text];
}

const opaqueAt = (kept: KeptItem[], index: number): Item[] =>
  kept.filter(({ position }) => position === index).map(opaqueItem);

const opaqueItem = ({ data }: KeptItem): Item => ({ type: "opaque", data });

/** A call that the model has made, and what it is told of it; none for what it has done by itself. */
function madeCall(call: StepToolCall, internal: StepInternal | null): MadeCall[] {
  const { id } = call;
  if (call.type === "function") {
    const { name, arguments: written, output } = call.function;
    return [{ id, name, arguments: written, output: output ?? "" }];
  }
  const note = internal?.searches.find(({ call_id }) => call_id === id);
  return note ? [{ id, name: note.name, arguments: note.arguments, output: searchOutput(note) }] : [];
}

const callItem = (call: MadeCall): Item => ({
  type: "tool_call",
  id: call.id,
  name: call.name,
  arguments: call.arguments,
});

const outputItem = (call: MadeCall): Item => ({
  type: "tool_output",
  tool_call_id: call.id,
  name: call.name,
  output: call.output,
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

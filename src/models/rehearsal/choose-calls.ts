import type { FunctionDefinition } from "../../contract/objects.ts";
import type { ModelRequest } from "../model.ts";
import type { Conversation } from "./conversation.ts";
import { type Effort, fillArguments, needsNothing } from "./fill-arguments.ts";
import { meaningfulWords, readable } from "./words.ts";

/** `arguments` is JSON. */
export interface Call {
  name: string;
  arguments: string;
}

/** A tool that is not used, and why: it is about something else, forbidden, not there, or lacks a property. */
export interface LeftOut {
  name: string;
  reason: "unrelated" | "tool_choice" | "not there" | { missing: string };
}

/** What to do next: the calls of one step, or none, and then what was left out. */
export interface Plan {
  calls: Call[];
  leftOut: LeftOut[];
}

/** Whether a function has to do with what is asked: it is named, or shares a word that means something. */
function isRelated({ name, description = "" }: FunctionDefinition, { words, texts }: Conversation): boolean {
  const own = meaningfulWords(`${name} ${description}`);
  return [...own].some((word) => words.has(word)) || texts.some((text) => names(readable(text), name));
}

/** Whether a text has the name as a word of its own: it may be made of words that mean nothing by themselves. */
function names(text: string, name: string): boolean {
  return text.split(/[^\w-]+/).some((word) => word.toLowerCase() === name.toLowerCase());
}

interface Attempt {
  calls: Call[];
  missing: LeftOut[];
}

/** Those of the functions whose arguments can be filled with this much effort. */
function attempt(functions: FunctionDefinition[], conversation: Conversation, effort: Effort): Attempt {
  const waits = functions.some(needsNothing);
  const result: Attempt = { calls: [], missing: [] };
  for (const definition of functions) {
    const { name } = definition;
    const fitted = fillArguments(definition, conversation, waits, effort);
    if (fitted.found) result.calls.push({ name, arguments: JSON.stringify(fitted.value) });
    else result.missing.push({ name, reason: { missing: fitted.missing } });
  }
  return result;
}

/** The first effort that makes a call possible. */
function attemptAll(functions: FunctionDefinition[], conversation: Conversation, efforts: Effort[]): Attempt {
  let result: Attempt = { calls: [], missing: [] };
  for (const effort of efforts) {
    result = attempt(functions, conversation, effort);
    if (result.calls.length > 0) break;
  }
  return result;
}

/** Files are searched once, for whatever is asked that means something. */
function searchCalls(
  { file_search, tool_choice }: ModelRequest,
  { question, words, called }: Conversation,
  allowed: readonly FunctionDefinition[],
): Call[] {
  if (file_search === undefined || called.has(file_search)) return [];
  if (!allowed.some(({ name }) => name === file_search)) return [];
  if (words.size === 0 && typeof tool_choice === "string" && tool_choice !== "required") return [];
  return [{ name: file_search, arguments: JSON.stringify({ queries: [question] }) }];
}

/** Chooses the calls of the next step; without any, the model answers. */
export function chooseCalls(request: ModelRequest, conversation: Conversation): Plan {
  const { functions, tool_choice: choice } = request;
  const { called } = conversation;
  const named = typeof choice === "object" && choice.type === "function" ? choice.function.name : null;
  const chosen = named === null ? functions.map(({ name }) => name) : [named];
  const allowed = choice === "none" ? [] : functions.filter(({ name }) => chosen.includes(name));
  const related =
    typeof choice === "object" ? allowed : allowed.filter((one) => isRelated(one, conversation));
  const open = related.filter(({ name }) => !called.has(name) && name !== request.file_search);
  const searches = searchCalls(request, conversation, allowed);

  const demanded = called.size === 0 && (choice === "required" || typeof choice === "object");
  const { calls, missing } = attemptAll(open, conversation, ["ready", "last resort"]);
  calls.unshift(...searches);
  if (demanded && calls.length === 0) {
    // Something must be called although nothing fits: one is enough.
    const pool = open.length > 0 ? open : allowed;
    calls.push(...attemptAll(pool, conversation, ["ready", "last resort", "forced"]).calls.slice(0, 1));
  }

  const others = functions.filter(
    (one) => !related.includes(one) && !called.has(one.name) && one.name !== request.file_search,
  );
  const reason = choice === "none" || typeof choice === "object" ? "tool_choice" : "unrelated";
  const leftOut = [
    ...missing,
    ...others.map(({ name }): LeftOut => ({ name, reason })),
    ...request.own_tools.map((name): LeftOut => ({ name, reason: "not there" })),
  ];
  return { calls: request.parallel_tool_calls ? calls : calls.slice(0, 1), leftOut };
}

/** What a model's answer means for its run. Pure: the state and the answer give the plan. */
import { newId, TOOL_CALL_PREFIX } from "../../contract/ids.ts";
import type {
  FileSearchStepCall,
  FunctionStepCall,
  Run,
  RunStep,
  RunToolCall,
} from "../../contract/objects.ts";
import type { ModelToolChoice } from "../../models/model.ts";
import { newRunStep } from "../objects.ts";
import type { RunInternal, SearchNote, StepInternal } from "../store/kinds.ts";
import type { Change } from "../store/store.ts";
import { type AnsweredCall, addUsage, type ModelAnswer } from "./model-answer.ts";
import { keptWith } from "./own-tool-use.ts";
import type { RunPlan, RunState } from "./run-change.ts";
import { MAX_SEARCHES, type SearchOutcome, searchName, searchOptions } from "./search-tool.ts";
import { writtenMessage } from "./written-message.ts";

/** Rounds in a row in which every call is refused; then the run fails, for the model does not learn. */
export const MAX_REFUSED_ROUNDS = 3;

/** Rounds with arguments that are no JSON; the model is told once, then the run fails. */
export const MAX_BROKEN_ROUNDS = 2;

/**
 * @param choice the tool choice that the model was given
 * @param actionSeconds how long the tool outputs may take
 * @param now Unix seconds
 * @param searches what the searches among the calls have found, by the index of the call
 */
export function planOutcome(
  state: RunState,
  answer: ModelAnswer,
  choice: ModelToolChoice,
  actionSeconds: number,
  now: number,
  searches: ReadonlyMap<number, SearchOutcome> = new Map(),
): RunPlan {
  const run = state.run.object;
  const usage = addUsage(state.run.internal.usage, answer.usage);
  const internal: RunInternal = { ...state.run.internal, interruptions: 0, refusedRounds: 0, usage };
  if (answer.finish === "length") {
    const event = { name: "run_out_of_tokens", reason: "max_completion_tokens", usage } as const;
    return { event, internal, answer };
  }
  if (answer.finish === "content_filter") return { event: { name: "be_filtered", usage }, internal, answer };
  // Where calls follow, their step shows the usage: it is that of both.
  const written = writtenMessage(state, answer.text, answer.calls.size === 0 ? answer.usage : null, now);
  if (answer.calls.size === 0) return { event: { name: "complete", usage }, internal, changes: written };

  const calls = [...answer.calls.entries()]
    .sort(([left], [right]) => left - right)
    .map(([index, call]) => ({ ...call, search: searches.get(index) ?? null }));
  // A search takes whatever it is called with for a question.
  const broken = calls.find((call) => !call.search && !isJson(call.arguments));
  if (broken) {
    internal.brokenRounds = (internal.brokenRounds ?? 0) + 1;
    if (internal.brokenRounds >= MAX_BROKEN_ROUNDS) {
      const message = `The model calls ${broken.name} with arguments that are not JSON: ${shortened(broken.arguments)}`;
      return { event: { name: "fail", error: { code: "server_error", message }, usage }, internal, answer };
    }
  }
  const step = callsStep(run, calls, choice, answer, now);
  Object.assign(internal, keptWith(state, answer.opaque, step.object.id));
  Object.assign(internal, searchedWith(internal, calls));
  const changes: Change[] = [
    ...written,
    { insert: "run_step", object: step.object, internal: step.internal },
  ];
  if (step.open.length > 0) {
    const event = { name: "require_action", tool_calls: step.open, expires_at: now + actionSeconds } as const;
    return { event, internal, changes };
  }
  if (calls.some(({ search }) => search)) {
    if ((internal.search?.calls ?? 0) < MAX_SEARCHES) return { event: null, internal, changes };
    const message = `The model has searched ${MAX_SEARCHES} times without an answer.`;
    return { event: { name: "fail", error: { code: "server_error", message }, usage }, internal, changes };
  }
  internal.refusedRounds = state.run.internal.refusedRounds + 1;
  if (internal.refusedRounds < MAX_REFUSED_ROUNDS) return { event: null, internal, changes };
  const names = [...new Set(calls.map((call) => call.name))].join(", ");
  const message = `The model keeps calling functions that this run does not offer: ${names}.`;
  return { event: { name: "fail", error: { code: "server_error", message }, usage }, internal, changes };
}

type MadeCall = AnsweredCall & { search: SearchOutcome | null };

/** What the run has searched for by now. */
function searchedWith({ search: before }: RunInternal, calls: MadeCall[]): Pick<RunInternal, "search"> {
  const made = calls.flatMap(({ search }) => (search ? [search] : []));
  if (made.length === 0) return {};
  const sources = [...(before?.sources ?? []), ...made.flatMap((search) => search.sources)];
  return { search: { calls: (before?.calls ?? 0) + made.length, sources } };
}

function callsStep(
  run: Run,
  calls: MadeCall[],
  choice: ModelToolChoice,
  answer: ModelAnswer,
  now: number,
): { object: RunStep; internal: StepInternal | null; open: RunToolCall[] } {
  const searches: SearchNote[] = [];
  const made = calls.map((call): FunctionStepCall | FileSearchStepCall => {
    const id = newId(TOOL_CALL_PREFIX);
    if (call.search) {
      const { contents, sources } = call.search;
      const marks = sources.map(({ mark }) => mark);
      searches.push({ call_id: id, name: call.name, arguments: call.arguments, contents, marks });
      return { id, type: "file_search", file_search: call.search.call };
    }
    const output = refusal(run, call, choice);
    return { id, type: "function", function: { name: call.name, arguments: call.arguments, output } };
  });
  const internal = searches.length > 0 ? { searches } : null;
  const open = made
    .filter((call) => call.type === "function")
    .filter((call) => call.function.output === null)
    .map(({ id, type, function: { name, arguments: written } }): RunToolCall => {
      return { id, type, function: { name, arguments: written } };
    });
  const step = newRunStep(run, { type: "tool_calls", tool_calls: made }, now);
  const closed = { ...step, usage: answer.usage };
  if (open.length > 0) return { object: closed, internal, open };
  return { object: { ...closed, status: "completed", completed_at: now }, internal, open };
}

/** What the model is told of a call that must not leave the service; null for one that may. */
function refusal(
  run: Run,
  { name, arguments: written }: AnsweredCall,
  choice: ModelToolChoice,
): string | null {
  const functions = run.tools.flatMap((tool) => (tool.type === "function" ? [tool.function.name] : []));
  const offered = searchOptions(run) ? [...functions, searchName(run)] : functions;
  if (!offered.includes(name)) {
    const list = offered.length > 0 ? offered.join(", ") : "none";
    return JSON.stringify({ error: `There is no function ${name}. The functions are: ${list}.` });
  }
  if (choice === "none") return JSON.stringify({ error: "No function may be called now. Answer in words." });
  if (typeof choice === "object" && (choice.type !== "function" || choice.function.name !== name)) {
    const demanded = choice.type === "function" ? choice.function.name : "the code interpreter";
    return JSON.stringify({ error: `Only ${demanded} may be called now.` });
  }
  if (!functions.includes(name)) {
    return JSON.stringify({ error: "No more searches may be made. Answer with what was found." });
  }
  if (!isJson(written)) {
    return JSON.stringify({ error: `The arguments are not JSON. Call ${name} again with a JSON object.` });
  }
  return null;
}

/** A model that writes nothing means no arguments. */
function isJson(written: string): boolean {
  if (written.trim() === "") return true;
  try {
    JSON.parse(written);
    return true;
  } catch {
    return false;
  }
}

const SHOWN = 200;

const shortened = (text: string) => (text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text);

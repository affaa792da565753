/** One round of a run: its model is asked, heard while it speaks, and the files searched that it wants searched. */
import type { Model, ModelRequest, ModelToolChoice } from "../../models/model.ts";
import type { RunFeed } from "../events/run-feed.ts";
import type { ImageFiles } from "../files/image-files.ts";
import { orAborted } from "../or-aborted.ts";
import type { Store } from "../store/store.ts";
import { untilStored } from "../until-stored.ts";
import type { FileSearch } from "./file-search.ts";
import type { ModelAnswer, OwnToolUse } from "./model-answer.ts";
import { callModel } from "./model-call.ts";
import { buildModelRequest, type StoredContent } from "./model-request.ts";
import { loadRunState, type RunState } from "./run-change.ts";
import type { RunLimits } from "./run-limits.ts";
import type { SearchOutcome } from "./search-tool.ts";
import { withImages } from "./shown-images.ts";
import { SpokenAnswer } from "./spoken-answer.ts";

export interface RoundSettings {
  store: Store;
  /** Hears the text of the answers while the models speak. */
  feed: RunFeed;
  model: Model;
  /** Searches files for the runs that offer it. */
  search: Pick<FileSearch, "prepare" | "perform">;
  images: Pick<ImageFiles, "read">;
  limits: RunLimits;
  /** Unix seconds. */
  now(): number;
  /** Told of what goes wrong where nobody asked. */
  onError(error: unknown): void;
}

/** What the model is asked in a round. */
export interface Question {
  state: RunState;
  /** Null where it does not fit into the tokens that the run may use. */
  request: ModelRequest<StoredContent> | null;
}

/** The next question of a run; null when the run is not at work. */
export function nextQuestion(
  { store, model, onError }: RoundSettings,
  runId: string,
  stopping: AbortSignal,
): Promise<Question | null> {
  const load = async () => {
    const state = await loadRunState(store, runId);
    if (state?.run.object.status !== "in_progress") return null;
    const { object, internal } = state.run;
    return { state, request: await buildModelRequest(store, object, internal, model.contextWindow ?? null) };
  };
  return untilStored(load, stopping, onError);
}

/** What came of a question: an answer with the choice of tools that it had in the end, or an error. */
export type Heard = { choice: ModelToolChoice; searches: Map<number, SearchOutcome> } | { error: unknown };

export interface Asking {
  run: RunState["run"];
  request: ModelRequest<StoredContent>;
  /** Stops the model and the searches at once. */
  signal: AbortSignal;
  /** Aborts with the signal, and when the service closes. */
  stopping: AbortSignal;
}

/**
 * Asks the model, and searches what it wants searched. Resolves when all that was said has its message.
 * @param answer empty; filled as the model speaks
 */
export async function hearModel(
  settings: RoundSettings,
  { run, request, signal, stopping }: Asking,
  answer: ModelAnswer,
): Promise<Heard> {
  const { store, feed, model, search, images, limits, now, onError } = settings;
  const spoken = new SpokenAnswer({ store, feed, run: run.object, stopping, now, onError });
  let choice = request.tool_choice;
  const onText = (text: string) => spoken.hear(text);
  const onOwnTool = (use: OwnToolUse) => {
    // What was demanded has been done: what else the answer calls is its own choice.
    if (typeof choice === "object" && choice.type === use.call.type) choice = "auto";
    spoken.used(use);
  };
  const ask = async (): Promise<Heard> => {
    await search.prepare(run, stopping);
    const read = (fileId: string) => untilStored(() => images.read(fileId), stopping, onError);
    const seen = await orAborted(withImages(request, read), signal);
    const { silenceSeconds } = limits;
    await callModel({ model, request: seen, signal, silenceSeconds, onText, onOwnTool }, answer);
    return { choice, searches: await orAborted(search.perform(run, answer, signal), signal) };
  };
  const heard = await ask().catch((error: unknown) => ({ error }));
  await spoken.settled();
  return heard;
}

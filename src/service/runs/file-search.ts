/** What a run does before and after its model speaks so that files are searched. */
import type { SearchIndex } from "../../retrieval/index/search-index.ts";
import type { Store, Stored } from "../store/store.ts";
import { untilStored } from "../until-stored.ts";
import type { Indexer } from "../vector-stores/indexer.ts";
import { keepAlive } from "../vector-stores/keep-alive.ts";
import { searchStores } from "../vector-stores/search-stores.ts";
import type { ModelAnswer } from "./model-answer.ts";
import {
  MAX_SEARCHES,
  queriesOf,
  resultLimit,
  type SearchOutcome,
  searchName,
  searchOptions,
  searchOutcome,
} from "./search-tool.ts";

/** How long a run waits for its thread's files to be indexed, from its start on. */
const PATIENCE_MS = 60_000;

export interface FileSearchSettings {
  store: Store;
  index: SearchIndex;
  indexer: Pick<Indexer, "settled">;
  /** Tokens that the model takes; null where nobody knows. */
  contextWindow: number | null;
  /** Unix seconds. */
  now(): number;
  /** Told of what the disk refuses. */
  onError(error: unknown): void;
}

export class FileSearch {
  readonly #settings: FileSearchSettings;

  constructor(settings: FileSearchSettings) {
    this.#settings = settings;
  }

  /**
   * Keeps the vector stores of a run that searches from expiring, and waits until its thread's files can be found, not
   * for ever. Rejects with `vector_store_expired` where one has expired by then.
   */
  async prepare(run: Stored<"run">, signal: AbortSignal): Promise<void> {
    if (!searchOptions(run.object)) return;
    const { store, indexer, now, onError } = this.#settings;
    const ofThread = await this.#storesOfThread(run);
    for (const id of new Set([...(run.internal.stores ?? []), ...ofThread])) {
      await untilStored(() => keepAlive(store, id, now()), signal, onError);
    }
    const waited = now() - (run.object.started_at ?? now());
    for (const id of ofThread) await indexer.settled(id, PATIENCE_MS - waited * 1000, signal);
  }

  /** Makes the searches that the model asks for, by the index of their calls; no more than a run may make. */
  async perform(
    run: Stored<"run">,
    answer: ModelAnswer,
    signal: AbortSignal,
  ): Promise<Map<number, SearchOutcome>> {
    const outcomes = new Map<number, SearchOutcome>();
    const options = searchOptions(run.object);
    const calls = [...answer.calls].filter(([, { name }]) => name === searchName(run.object));
    if (!options || calls.length === 0 || run.object.tool_choice === "none") return outcomes;
    const { store, index, contextWindow, now } = this.#settings;
    const stores = [...new Set([...(run.internal.stores ?? []), ...(await this.#storesOfThread(run))])];
    const before = run.internal.search?.calls ?? 0;
    for (const [call, { arguments: written }] of calls.slice(0, MAX_SEARCHES - before)) {
      if (signal.aborted) return outcomes;
      const queries = queriesOf(written);
      const least = options.ranking_options?.score_threshold ?? 0;
      const search = { stores, queries, limit: resultLimit(options), least, filter: null };
      const found = queries.length === 0 ? [] : await searchStores(store, index, now(), search);
      outcomes.set(call, searchOutcome(found, options, before + outcomes.size, contextWindow));
    }
    return outcomes;
  }

  async #storesOfThread({ object }: Stored<"run">): Promise<string[]> {
    const thread = await this.#settings.store.get("thread", object.thread_id);
    return thread?.object.tool_resources?.file_search?.vector_store_ids ?? [];
  }
}

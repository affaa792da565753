/** What a run does before and after its model speaks so that files are searched. */
import type { Run } from "../../contract/objects.ts";
import { ModelError } from "../../models/model.ts";
import type { SearchIndex } from "../../retrieval/index/search-index.ts";
import type { Store, Stored } from "../store/store.ts";
import type { Indexer } from "../vector-stores/indexer.ts";
import { keepAlive } from "../vector-stores/keep-alive.ts";
import { searchStores } from "../vector-stores/search-stores.ts";
import { isExpired } from "../vector-stores/shown.ts";
import type { ModelAnswer } from "./model-answer.ts";
import {
  queriesOf,
  resultLimit,
  type SearchOutcome,
  searchName,
  searchOptions,
  searchOutcome,
} from "./search-tool.ts";

/** How long a run waits for its thread's files to be indexed. */
const PATIENCE_MS = 60_000;

export interface FileSearchSettings {
  store: Store;
  index: SearchIndex;
  indexer: Pick<Indexer, "settled">;
  /** Tokens that the model takes; null where nobody knows. */
  contextWindow: number | null;
  /** Unix seconds. */
  now(): number;
}

export class FileSearch {
  readonly #settings: FileSearchSettings;

  constructor(settings: FileSearchSettings) {
    this.#settings = settings;
  }

  /**
   * Waits until the thread's files can be found, where the run searches, and not for ever.
   * Throws a ModelError where the thread's vector store has expired.
   */
  async prepare(run: Run, signal: AbortSignal): Promise<void> {
    if (!searchOptions(run)) return;
    const { store, indexer, now } = this.#settings;
    for (const id of await this.#storesOfThread(run)) {
      const found = await store.get("vector_store", id);
      if (found && isExpired(found.object, now())) {
        throw new ModelError(
          "server_error",
          `The thread's vector store ${id} has expired. Give the thread another.`,
        );
      }
      await indexer.settled(id, PATIENCE_MS, signal);
    }
  }

  /** Makes the searches that the model asks for, by the index of their calls. */
  async perform(
    { object: run, internal }: Stored<"run">,
    answer: ModelAnswer,
  ): Promise<Map<number, SearchOutcome>> {
    const outcomes = new Map<number, SearchOutcome>();
    const options = searchOptions(run);
    const calls = [...answer.calls].filter(([, { name }]) => name === searchName(run));
    if (!options || calls.length === 0 || run.tool_choice === "none") return outcomes;
    const { store, index, contextWindow, now } = this.#settings;
    const stores = [...new Set([...(internal.stores ?? []), ...(await this.#storesOfThread(run))])];
    for (const id of stores) await keepAlive(store, id, now());
    let number = internal.search?.calls ?? 0;
    for (const [call, { arguments: written }] of calls) {
      const queries = queriesOf(written);
      const least = options.ranking_options?.score_threshold ?? 0;
      const search = { stores, queries, limit: resultLimit(options), least, filter: null };
      const found = queries.length === 0 ? [] : await searchStores(store, index, search);
      outcomes.set(call, searchOutcome(found, options, number, contextWindow));
      number += 1;
    }
    return outcomes;
  }

  async #storesOfThread(run: Run): Promise<string[]> {
    const thread = await this.#settings.store.get("thread", run.thread_id);
    return thread?.object.tool_resources?.file_search?.vector_store_ids ?? [];
  }
}

/** The index holds what the store says: where the two may differ, they are compared. A start begins with that. */
import type { SearchIndex } from "../../retrieval/index/search-index.ts";
import { isExpired } from "../expired.ts";
import type { Store, Stored } from "../store/store.ts";
import { untilStored } from "../until-stored.ts";
import { ofCancelledBatch } from "./cancelled-batches.ts";
import { changeStoreFile } from "./change-store-file.ts";
import type { Indexer } from "./indexer.ts";
import { pagesOfFiles } from "./pages-of-files.ts";
import { readAgain } from "./read-again.ts";

const PAGE = 500;

export interface IndexInStepSettings {
  store: Store;
  index: SearchIndex;
  indexer: Pick<Indexer, "enqueue">;
  /** Unix seconds. */
  now(): number;
  /** Told of what goes wrong where nobody asked. */
  onError(error: unknown): void;
}

/** Compares the index with the store whenever they may differ, one comparison after the other. */
export class IndexInStep {
  readonly #settings: IndexInStepSettings;
  readonly #closing = new AbortController();
  #work: Promise<void> | null = null;
  #again = false;

  constructor(settings: IndexInStepSettings) {
    this.#settings = settings;
  }

  /** Begins a comparison, or another one after that under way. A disk that refuses is asked until it does not. */
  begin(): void {
    this.#again = true;
    this.#work ??= this.#run().finally(() => {
      this.#work = null;
    });
  }

  /** Ends the comparison under way; fulfilled when it has. */
  async close(): Promise<void> {
    this.#closing.abort(new Error("the service is shutting down"));
    await this.#work;
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    const { onError } = this.#settings;
    while (this.#again && !signal.aborted) {
      this.#again = false;
      await untilStored(() => this.#bringInStep(), signal, onError).catch((error) => {
        if (!signal.aborted) onError(error);
      });
    }
  }

  async #bringInStep(): Promise<void> {
    await this.#cancelRest();
    await this.#compare();
  }

  /** What is left of batches that are cancelled. */
  async #cancelRest(): Promise<void> {
    const { store } = this.#settings;
    const isCancelled = ofCancelledBatch(store);
    for await (const page of pagesOfFiles(store, { status: ["in_progress"] })) {
      this.#closing.signal.throwIfAborted();
      await Promise.all(
        page.map(async (file) => {
          const { id, status } = file.object;
          const known = { id, status, entry: file.internal.entry };
          if (await isCancelled(file)) await changeStoreFile(store, known, { status: "cancelled" });
        }),
      );
    }
  }

  /** What the index lacks, because it was lost or is of an older kind, is read again; what it has too much goes. */
  async #compare(): Promise<void> {
    const { store, index, indexer } = this.#settings;
    const { signal } = this.#closing;
    // Read before the index, which has whatever the store says is completed.
    const completed = await this.#completed();
    for await (const { key, complete, attributes } of everyEntry(index)) {
      signal.throwIfAborted();
      const known = completed.get(key);
      if (!known) await this.#correct(key);
      else if (complete) {
        completed.delete(key);
        if (attributes !== known.attributes) await this.#correct(key);
      }
    }
    for (const [entry, { id }] of completed) {
      signal.throwIfAborted();
      await readAgain(store, indexer, id, entry);
    }
  }

  /** What the index is to have, by its entries. */
  async #completed(): Promise<Map<string, { id: string; attributes: string }>> {
    const completed = new Map<string, { id: string; attributes: string }>();
    const searched = new Map<string, boolean>();
    for await (const page of pagesOfFiles(this.#settings.store, { status: "completed" })) {
      this.#closing.signal.throwIfAborted();
      for (const { object, internal } of page) {
        const { id, vector_store_id, attributes } = object;
        const isSearched = searched.get(vector_store_id) ?? (await this.#isSearched(vector_store_id));
        searched.set(vector_store_id, isSearched);
        if (isSearched) completed.set(internal.entry, { id, attributes: JSON.stringify(attributes ?? {}) });
      }
    }
    return completed;
  }

  /** Whether a vector store is there and alive: of one that has expired the index need know nothing. */
  async #isSearched(storeId: string): Promise<boolean> {
    const stored = await this.#settings.store.get("vector_store", storeId);
    return stored !== null && !isExpired(stored.object, this.#settings.now());
  }

  /** Since the store was read, a file may have been added or changed: it is asked once more. */
  async #correct(key: string): Promise<void> {
    const { store, index } = this.#settings;
    const isSearched = await this.#isSearched(key.slice(0, key.indexOf("/")));
    const stored = await store.get("vector_store_file", key.slice(0, key.lastIndexOf("/")));
    // Nothing is waited for between the two: attributes that are changed after this come after it.
    if (stored && isKept(stored, key, isSearched)) {
      await index.setAttributes(key, stored.object.attributes ?? {});
    } else await index.remove([key]);
  }
}

function isKept(
  { object, internal }: Stored<"vector_store_file">,
  key: string,
  isSearched: boolean,
): boolean {
  if (internal.entry !== key) return false;
  return object.status === "in_progress" || (object.status === "completed" && isSearched);
}

async function* everyEntry(index: SearchIndex) {
  for (let after = 0; ; ) {
    const page = await index.entries(after, PAGE);
    for (const { key, complete, attributes } of page) {
      yield { key, complete, attributes: JSON.stringify(attributes) };
    }
    if (page.length < PAGE) return;
    after = page.at(-1)?.place ?? after;
  }
}

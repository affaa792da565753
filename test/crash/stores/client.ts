/** One client that works with files and vector stores until the service dies, and notes what was acknowledged. */
import type { AssistantsApi } from "../../../src/contract/api.ts";
import { ContractError } from "../../../src/contract/errors.ts";
import type { Choices } from "../choices.ts";
import { workAtRandom } from "../work-until-killed.ts";
import { placeOf, type StoreLedger } from "./ledger.ts";

/** More would only make the checks long. */
const MAX_STORES = 4;
const MAX_FILES = 24;

const MAX_CHUNKS = 5;
const MAX_PAUSE_MS = 8;

/** Between two words of a file's own, so that each stands in a chunk of its own. */
const FILLER = "Nothing of interest is written here. ".repeat(100);

export class StoreClient {
  readonly #api: AssistantsApi;
  readonly #ledger: StoreLedger;
  readonly #choices: Choices;
  /** Only who uploaded a file deletes, adds and removes it; the stores are everybody's. */
  readonly #own: Set<string>;

  constructor(api: AssistantsApi, ledger: StoreLedger, choices: Choices, own: Set<string>) {
    this.#api = api;
    this.#ledger = ledger;
    this.#choices = choices;
    this.#own = own;
  }

  /**
   * Rejects when the service answers what it must not; fulfilled when it is gone.
   * @param onDone told of each operation that was answered
   */
  async work(onDone: () => void): Promise<void> {
    const operations = [
      this.#upload,
      this.#upload,
      this.#createStore,
      this.#add,
      this.#add,
      this.#addBatch,
      this.#cancelBatch,
      this.#remove,
      this.#deleteFile,
      this.#deleteStore,
      this.#search,
    ];
    const bound = operations.map((operation) => () => operation.call(this));
    await workAtRandom(bound, this.#choices, MAX_PAUSE_MS, onDone);
  }

  #ownFiles(): string[] {
    return this.#ledger.livingFiles().filter((id) => this.#own.has(id));
  }

  #someFiles(): string[] {
    return this.#ownFiles().filter(() => this.#choices.oneIn(3));
  }

  async #upload(): Promise<void> {
    if (this.#ledger.livingFiles().length >= MAX_FILES) return;
    const words = Array.from({ length: 1 + this.#choices.below(MAX_CHUNKS) }, () => this.#ledger.newWord());
    const content = Buffer.from(words.join(`. ${FILLER}`));
    const file = { name: `${words[0]}.txt`, content };
    const { id } = await this.#api.createFile({ purpose: "assistants", file });
    this.#own.add(id);
    this.#ledger.files.set(id, { there: "yes", bytes: content.length, words });
  }

  async #createStore(): Promise<void> {
    if (this.#ledger.livingStores().length >= MAX_STORES) return;
    const file_ids = this.#someFiles();
    const { id } = await this.#api.createVectorStore({ file_ids });
    this.#ledger.stores.set(id, "yes");
    for (const file of file_ids) this.#ledger.places.set(placeOf(id, file), "yes");
  }

  async #add(): Promise<void> {
    const store = this.#someStore();
    const file_id = this.#choices.pick(this.#ownFiles());
    if (store === undefined || file_id === undefined) return;
    const add = () => this.#api.createVectorStoreFile({ vector_store_id: store, file_id });
    await this.#change(store, [file_id], "yes", add);
  }

  async #addBatch(): Promise<void> {
    const store = this.#someStore();
    const file_ids = this.#someFiles();
    if (store === undefined || file_ids.length === 0) return;
    const add = () => this.#api.createVectorStoreFileBatch({ vector_store_id: store, file_ids });
    await this.#change(store, file_ids, "yes", add);
  }

  /** Whether its files are still to come is known to nobody, so they are taken out at once. */
  async #cancelBatch(): Promise<void> {
    const store = this.#someStore();
    const file_ids = this.#someFiles();
    if (store === undefined || file_ids.length === 0) return;
    await this.#change(store, file_ids, "no", async () => {
      const { id } = await this.#api.createVectorStoreFileBatch({ vector_store_id: store, file_ids });
      const batch = { vector_store_id: store, batch_id: id };
      await this.#api.cancelVectorStoreFileBatch(batch).catch(unless("file_batch_not_cancellable"));
      for (const file_id of file_ids) {
        await this.#api.deleteVectorStoreFile({ vector_store_id: store, file_id });
      }
    });
  }

  async #remove(): Promise<void> {
    const store = this.#someStore();
    if (store === undefined) return;
    const isThere = (id: string) => this.#ledger.places.get(placeOf(store, id)) === "yes";
    const file_id = this.#choices.pick(this.#ownFiles().filter(isThere));
    if (file_id === undefined) return;
    const remove = () => this.#api.deleteVectorStoreFile({ vector_store_id: store, file_id });
    await this.#change(store, [file_id], "no", remove);
  }

  async #deleteFile(): Promise<void> {
    const own = this.#ownFiles();
    const id = own.length > 2 ? this.#choices.pick(own) : undefined;
    const known = this.#ledger.files.get(id ?? "");
    if (id === undefined || !known) return;
    known.there = "doubt";
    await this.#api.deleteFile({ file_id: id });
    known.there = "no";
    await this.#findsNothingOf(id);
  }

  async #deleteStore(): Promise<void> {
    const living = this.#ledger.livingStores();
    const id = living.length > 2 ? this.#choices.pick(living) : undefined;
    if (id === undefined) return;
    this.#ledger.stores.set(id, "doubt");
    await this.#api.deleteVectorStore({ vector_store_id: id });
    this.#ledger.stores.set(id, "no");
  }

  /** Of what was deleted or removed nothing is found, however much is under way. */
  async #search(): Promise<void> {
    const own = [...this.#own].filter((id) => this.#ledger.files.get(id)?.there === "no");
    const id = this.#choices.pick(own);
    if (id !== undefined) await this.#findsNothingOf(id);
  }

  async #findsNothingOf(file: string): Promise<void> {
    const store = this.#someStore();
    const query = this.#choices.pick(this.#ledger.files.get(file)?.words ?? []);
    if (store === undefined || query === undefined) return;
    const found = await this.#ask(store, () =>
      this.#api.searchVectorStore({ vector_store_id: store, query }),
    );
    if (found?.data.some(({ file_id }) => file_id === file)) {
      throw new Error(`${file} was deleted, and ${query} finds it in ${store}.`);
    }
  }

  #someStore(): string | undefined {
    return this.#choices.pick(this.#ledger.livingStores());
  }

  /** Until it is answered, the files may be in the store or not. */
  async #change(store: string, files: string[], after: "yes" | "no", ask: () => Promise<unknown>) {
    const before = new Map(
      files.map((file) => [file, this.#ledger.places.get(placeOf(store, file)) ?? "no"]),
    );
    for (const file of files) this.#ledger.places.set(placeOf(store, file), "doubt");
    const done = await this.#ask(store, ask);
    for (const file of files) {
      // Refused, because somebody has deleted the store: what was in it is of no interest any more.
      this.#ledger.places.set(placeOf(store, file), done === null ? (before.get(file) ?? "no") : after);
    }
  }

  /** What the operation answers; null where somebody else has deleted the store. */
  async #ask<T>(store: string, ask: () => Promise<T>): Promise<T | null> {
    try {
      return await ask();
    } catch (error) {
      const gone = error instanceof ContractError && error.status === 404;
      if (gone && this.#ledger.stores.get(store) !== "yes") return null;
      throw error;
    }
  }
}

const unless = (code: string) => (error: unknown) => {
  if (!(error instanceof ContractError) || error.code !== code) throw error;
};

/**
 * Reads the files of vector stores into the index in the background: one is read while others are written, and the
 * stores take turns.
 */
import { isDeepStrictEqual } from "node:util";
import { ContractError } from "../../contract/errors.ts";
import type { Attributes } from "../../contract/objects.ts";
import { AUTO_CHUNKS } from "../../retrieval/chunks.ts";
import type { SearchIndex } from "../../retrieval/index/search-index.ts";
import type { FileReader } from "../../retrieval/reading/file-reader.ts";
import { UnreadableFile } from "../../retrieval/reading/unreadable-file.ts";
import { pause } from "../pause.ts";
import type { KeptStoreFile } from "../store/kinds.ts";
import type { Store, Stored } from "../store/store.ts";
import { untilStored } from "../until-stored.ts";
import { changeStoreFile } from "./change-store-file.ts";
import { FileQueue } from "./file-queue.ts";
import { readAgain } from "./read-again.ts";

export interface IndexerSettings {
  store: Store;
  index: SearchIndex;
  reader: Pick<FileReader, "read" | "close">;
  pathOf(fileId: string): string;
  /** Told that the index could not be changed as the store was. */
  onOutOfStep(): void;
  /** Told of what goes wrong where nobody asked. */
  onError(error: unknown): void;
}

/** Waits before a file is tried again whose reading has failed for no fault of its own. */
const WAITS_MS = [500, 5000];

/** The same where the index cannot: four minutes in which somebody may make room on a full disk. */
const DISK_WAITS_MS = [500, 5000, 10_000, ...new Array<number>(8).fill(30_000)];

/** Files under way at once: so many wait together for one write to the disk. */
const AT_ONCE = 16;

export class Indexer {
  readonly #settings: IndexerSettings;
  readonly #queue = new FileQueue();
  /** What becomes of each file that is under way. */
  readonly #underWay = new Map<string, Promise<void>>();
  /** Who waits for a store to have none left. */
  readonly #waiters = new Map<string, Set<() => void>>();
  readonly #closing = new AbortController();
  #work: Promise<void> | null = null;

  constructor(settings: IndexerSettings) {
    this.#settings = settings;
  }

  /** Has these files indexed as soon as their turn comes. Those that are in progress no more are left alone. */
  enqueue(ids: readonly string[]): void {
    for (const id of ids) this.#queue.add(id);
    if (this.#queue.isEmpty || this.#closing.signal.aborted) return;
    this.#work ??= this.#run().finally(() => {
      this.#work = null;
      this.enqueue([]);
    });
  }

  /** Has the index forget what the store has deleted. Where it cannot, nobody finds it all the same. */
  async forget(entries: readonly string[]): Promise<void> {
    if (entries.length === 0) return;
    await this.#follow(this.#settings.index.remove([...entries]));
  }

  /** The same for a whole vector store. */
  async forgetStore(storeId: string): Promise<void> {
    await this.#follow(this.#settings.index.removeStore(storeId));
  }

  /** Has the index know the attributes that the store has. Where it cannot, that is made up for later. */
  async know(entry: string, attributes: Attributes): Promise<void> {
    await this.#follow(this.#settings.index.setAttributes(entry, attributes));
  }

  /** Fulfilled when nothing of the store is left to be indexed, when the time is over, or when the signal aborts. */
  async settled(storeId: string, limitMs: number, signal: AbortSignal): Promise<void> {
    if (!this.#queue.has(storeId) || signal.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const waiters = this.#waiters.get(storeId) ?? new Set();
    this.#waiters.set(storeId, waiters.add(resolve));
    const timer = setTimeout(resolve, limitMs);
    signal.addEventListener("abort", () => resolve(), { once: true });
    await promise;
    clearTimeout(timer);
    waiters.delete(resolve);
  }

  /** Lets go of what is under way; the next start takes it up. */
  async close(): Promise<void> {
    this.#closing.abort(new Error("the service is shutting down"));
    await this.#settings.reader.close();
    await this.#work;
  }

  async #run(): Promise<void> {
    let before = Promise.resolve();
    for (let id = this.#queue.next(); id !== null; id = this.#queue.next()) {
      if (this.#closing.signal.aborted) break;
      // While one is read, the next is looked up.
      const read = this.#begin(id);
      await before;
      before = read;
      if (this.#underWay.size >= AT_ONCE) await Promise.race(this.#underWay.values());
    }
    await Promise.all(this.#underWay.values());
  }

  /** Fulfilled when the file has been read. One that was added once more while it is under way comes after itself. */
  #begin(id: string): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const work = (this.#underWay.get(id) ?? Promise.resolve())
      .then(() => this.#indexOne(id, resolve))
      .catch((error: unknown) => this.#report(error))
      .then(() => {
        resolve();
        if (this.#underWay.get(id) === work) this.#underWay.delete(id);
        this.#finished(id);
      });
    this.#underWay.set(id, work);
    return promise;
  }

  #finished(id: string): void {
    const store = this.#queue.done(id);
    if (store === null) return;
    for (const resolve of this.#waiters.get(store) ?? []) resolve();
    this.#waiters.delete(store);
  }

  async #indexOne(id: string, onRead: () => void): Promise<void> {
    for (let failures = 0; ; failures += 1) {
      const stored = await this.#stored(() => this.#settings.store.get("vector_store_file", id));
      if (stored?.object.status !== "in_progress") return;
      const { renewals } = this.#settings.index;
      try {
        const bytes = await this.#read(stored, onRead);
        if (bytes !== null) await this.#settle(stored, { status: "completed", usage_bytes: bytes });
        if (this.#settings.index.renewals !== renewals) await this.#readAgain(stored);
        return;
      } catch (error) {
        if (this.#closing.signal.aborted) return;
        const wait = (isUnavailable(error) ? DISK_WAITS_MS : WAITS_MS)[failures];
        if (error instanceof UnreadableFile || wait === undefined) {
          await this.forget([stored.internal.entry]);
          await this.#settle(stored, { status: "failed", last_error: lastError(error) });
          return;
        }
        this.#report(triedAgain(stored.object.file_id, wait, error));
        onRead();
        await pause(wait, this.#closing.signal);
      }
    }
  }

  /** Puts the file's chunks into the index. Its size; null where the file is gone. */
  async #read({ object, internal }: Stored<"vector_store_file">, onRead: () => void): Promise<number | null> {
    const { store, index, reader, pathOf } = this.#settings;
    const file = await this.#stored(() => store.get("file", object.file_id));
    if (!file) return null;
    const size = object.chunking_strategy?.type === "static" ? object.chunking_strategy.static : AUTO_CHUNKS;
    const part = { key: internal.entry, store: object.vector_store_id, attributes: object.attributes ?? {} };
    let first = true;
    const parts = reader.read({ path: pathOf(object.file_id), name: file.object.filename, size });
    for await (const { chunks, last } of parts) {
      if (last) onRead();
      await index.put({ ...part, first, last, chunks });
      first = false;
    }
    return file.object.bytes;
  }

  /** Writes what has become of a file, unless it was removed, cancelled or added anew in the meantime. */
  async #settle(
    { object: { id, attributes }, internal: { entry } }: Stored<"vector_store_file">,
    outcome: Partial<KeptStoreFile>,
  ): Promise<void> {
    const { store } = this.#settings;
    const known = { id, entry, status: "in_progress" } as const;
    const kept = await this.#stored(() => changeStoreFile(store, known, outcome));
    if (!kept) await this.forget([entry]);
    else if (kept.status === "completed" && !isDeepStrictEqual(kept.attributes, attributes)) {
      await this.know(entry, kept.attributes ?? {});
    }
  }

  /** The store has changed already: whatever becomes of the index is nobody's error. */
  async #follow(change: Promise<void>): Promise<void> {
    await change.catch((error: unknown) => {
      if (this.#closing.signal.aborted) return;
      this.#settings.onError(error);
      this.#settings.onOutOfStep();
    });
  }

  /** The index began anew while the file was put there, and has not all of it. */
  async #readAgain({ object: { id }, internal: { entry } }: Stored<"vector_store_file">): Promise<void> {
    await this.#stored(() => readAgain(this.#settings.store, this, id, entry));
  }

  #stored<T>(work: () => Promise<T>): Promise<T> {
    return untilStored(work, this.#closing.signal, this.#settings.onError);
  }

  #report(error: unknown): void {
    if (!this.#closing.signal.aborted) this.#settings.onError(error);
  }
}

const isUnavailable = (error: unknown) =>
  error instanceof ContractError && error.code === "index_unavailable";

const reasonOf = (error: unknown) =>
  (error instanceof Error ? error.message : String(error)).replace(/\.$/, "");

const triedAgain = (fileId: string, wait: number, cause: unknown) =>
  new Error(
    `The file '${fileId}' could not be indexed: ${reasonOf(cause)}. It is tried again in ${wait / 1000} s.`,
    { cause },
  );

function lastError(error: unknown): KeptStoreFile["last_error"] {
  if (error instanceof UnreadableFile) return { code: error.code, message: error.message };
  return {
    code: "server_error",
    message: `The file could not be indexed: ${reasonOf(error)}. Add it again.`,
  };
}

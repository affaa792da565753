import { existsSync } from "node:fs";
import { extname } from "node:path";
import { contractError } from "../../contract/errors.ts";
import type { Attributes } from "../../contract/vector-store-objects.ts";
import { AskedWorker, WorkerFailure } from "../asked-worker.ts";
import type { EntryPart, FoundChunk, IndexQuery, KnownEntry, SearchIndex } from "./search-index.ts";

export type IndexRequest =
  | { method: "put"; part: EntryPart }
  | { method: "remove"; keys: string[] }
  | { method: "removeStore"; store: string }
  | { method: "setAttributes"; key: string; attributes: Attributes }
  | { method: "search"; query: IndexQuery }
  | { method: "content"; key: string }
  | { method: "entries"; after: number; limit: number }
  | { method: "close" };

export type IndexReply = { found: FoundChunk[] } | { texts: string[] } | { entries: KnownEntry[] } | null;

/** The code of the failure after which the index is empty: the file was broken. Others who waited fail without it. */
export const RENEWED = "renewed";

/** An index in a file, held by a thread of its own that starts with the first question, and anew where it has died. */
export class WorkerIndex implements SearchIndex {
  readonly #file: string;
  readonly #onRenewed: () => void;
  #worker: AskedWorker<IndexRequest, IndexReply> | null = null;
  #closed = false;
  #renewals = 0;

  /** @param onRenewed told when the index may have begun anew with nothing in it, for its file was or may be broken */
  constructor(file: string, onRenewed: () => void = () => {}) {
    this.#file = file;
    this.#onRenewed = onRenewed;
  }

  get renewals(): number {
    return this.#renewals;
  }

  async put(part: EntryPart): Promise<void> {
    await this.#ask({ method: "put", part });
  }

  async remove(keys: string[]): Promise<void> {
    await this.#ask({ method: "remove", keys });
  }

  async removeStore(store: string): Promise<void> {
    await this.#ask({ method: "removeStore", store });
  }

  async setAttributes(key: string, attributes: Attributes): Promise<void> {
    await this.#ask({ method: "setAttributes", key, attributes });
  }

  async search(query: IndexQuery): Promise<FoundChunk[]> {
    const reply = await this.#ask({ method: "search", query });
    return reply && "found" in reply ? reply.found : [];
  }

  async content(key: string): Promise<string[]> {
    const reply = await this.#ask({ method: "content", key });
    return reply && "texts" in reply ? reply.texts : [];
  }

  async entries(after: number, limit: number): Promise<KnownEntry[]> {
    // Every start asks; where nothing was ever searched, no thread need begin for it.
    if (!this.#worker && !existsSync(this.#file)) return [];
    const reply = await this.#ask({ method: "entries", after, limit });
    return reply && "entries" in reply ? reply.entries : [];
  }

  async close(): Promise<void> {
    this.#closed = true;
    const worker = this.#worker;
    if (!worker) return;
    if (!worker.broken) await worker.ask({ method: "close" }).catch(() => {});
    await worker.terminate(new Error("the index is closed"));
  }

  #ask(request: IndexRequest): Promise<IndexReply | undefined> {
    if (this.#closed) return Promise.reject(contractError("service_closed"));
    if (!this.#worker || this.#worker.broken) {
      // Whatever a thread died of may have broken the file.
      if (this.#worker) this.#renewed();
      // The worker is this file's neighbour, as TypeScript or compiled.
      const program = new URL(`./index-worker${extname(import.meta.url)}`, import.meta.url);
      this.#worker = new AskedWorker(program, { workerData: this.#file });
    }
    return this.#worker.ask(request).catch((error: unknown) => {
      if (error instanceof WorkerFailure && error.code === RENEWED) this.#renewed();
      const reason = error instanceof Error ? error.message : String(error);
      throw contractError("index_unavailable", { reason }, { cause: error });
    });
  }

  #renewed(): void {
    this.#renewals += 1;
    this.#onRenewed();
  }
}

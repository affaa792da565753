import { mkdir } from "node:fs/promises";
import { extname, join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { type ContractError, contractError } from "../../contract/errors.ts";
import { databaseBytes } from "./database-bytes.ts";
import type { Kind } from "./kinds.ts";
import type {
  OpenedMessage,
  ReplyMessage,
  StoreReply,
  StoreRequest,
  WorkerSettings,
} from "./sqlite-protocol.ts";
import { toRowChange } from "./sqlite-rows.ts";
import {
  type Change,
  type Cutoffs,
  type ListQuery,
  type Store,
  StoreConflict,
  type Stored,
  type StoreUpkeep,
  type SweepPlace,
  type Tally,
  type Where,
} from "./store.ts";

/** Changes that are written as JSON before others get their turn. */
const WRITTEN_AT_ONCE = 500;

/** The database's name in a data directory. */
export const DATABASE_FILE = "assistants.db";

/**
 * Opens the store of a data directory, which is made if it is not there.
 * Rejects with `data_directory_in_use` or `data_directory_unusable`.
 * @param onBroken told with `store_unavailable` when the store has broken for good before it was closed
 * @param onUncompacted where given, a database of an earlier version is written anew, so that it can give room back;
 *   told with `store_not_compacted` where that cannot be done now
 */
export async function openSqliteStore(
  directory: string,
  onBroken: (error: ContractError) => void = () => {},
  onUncompacted: ((error: ContractError) => void) | null = null,
): Promise<Store & StoreUpkeep> {
  try {
    await mkdir(directory, { recursive: true });
  } catch (error) {
    throw unusable(directory, error instanceof Error ? error.message : String(error));
  }
  // The worker is this file's neighbour, as TypeScript or compiled.
  const program = new URL(`./sqlite-worker${extname(import.meta.url)}`, import.meta.url);
  const file = join(directory, DATABASE_FILE);
  const workerData: WorkerSettings = { file, compacting: onUncompacted !== null };
  const worker = new Worker(program, { workerData });
  const opened = await new Promise<OpenedMessage>((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
  }).catch((error: unknown): OpenedMessage => ({ opened: false, busy: false, reason: String(error) }));
  if (opened.opened) {
    const { uncompacted: reason } = opened;
    if (reason !== null) onUncompacted?.(contractError("store_not_compacted", { reason }));
    return new SqliteStore(worker, file, onBroken);
  }
  await worker.terminate();
  throw opened.busy
    ? contractError("data_directory_in_use", { directory })
    : unusable(directory, opened.reason);
}

/** A full disk is the operator's to mend; what SQLite will refuse again tomorrow is a fault of ours. */
function failure({ failure: reason, passing }: { failure: string; passing: boolean }): Error {
  if (passing) return contractError("store_unavailable", { reason });
  return contractError("internal_error", {}, { cause: new Error(reason) });
}

const unusable = (directory: string, reason: string) =>
  contractError("data_directory_unusable", { directory, reason });

interface Waiting {
  resolve(reply: StoreReply): void;
  reject(error: Error): void;
}

class SqliteStore implements Store, StoreUpkeep {
  readonly #worker: Worker;
  readonly #file: string;
  readonly #onBroken: (error: ContractError) => void;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;
  #closing: Promise<void> | null = null;
  #broken: Error | null = null;

  constructor(worker: Worker, file: string, onBroken: (error: ContractError) => void) {
    this.#worker = worker;
    this.#file = file;
    this.#onBroken = onBroken;
    worker.on("message", ({ id, reply }: ReplyMessage) => {
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      waiting?.resolve(reply);
    });
    worker.on("messageerror", (error) => this.#break(error));
    worker.on("error", (error) => this.#break(error));
    worker.on("exit", () => this.#break(new Error("its thread has ended")));
  }

  async get<K extends Kind>(kind: K, id: string): Promise<Stored<K> | null> {
    const rows = await this.#rows<K>({ method: "get", kind, id });
    return rows[0] ?? null;
  }

  list<K extends Kind>(kind: K, query: ListQuery): Promise<Stored<K>[]> {
    return this.#rows<K>({ method: "list", kind, query });
  }

  async tally(kind: Kind, where: Where, column: string): Promise<Tally> {
    const reply = await this.#ask({ method: "tally", kind, where, column });
    return "tally" in reply ? reply.tally : {};
  }

  async commit(changes: Change[]): Promise<void> {
    const rows = changes.slice(0, WRITTEN_AT_ONCE).map(toRowChange);
    for (let at = WRITTEN_AT_ONCE; at < changes.length; at += WRITTEN_AT_ONCE) {
      await turn();
      rows.push(...changes.slice(at, at + WRITTEN_AT_ONCE).map(toRowChange));
    }
    await this.#ask({ method: "commit", changes: rows });
  }

  async sweep(cutoffs: Cutoffs, place: SweepPlace): Promise<SweepPlace | null> {
    const reply = await this.#ask({ method: "sweep", cutoffs, place });
    return "next" in reply ? reply.next : null;
  }

  async compact(): Promise<boolean> {
    const reply = await this.#ask({ method: "compact" });
    return "more" in reply && reply.more;
  }

  async size(): Promise<number> {
    const [reply, database] = await Promise.all([
      this.#ask({ method: "fileBytes" }),
      databaseBytes(this.#file),
    ]);
    return ("bytes" in reply ? reply.bytes : 0) + database;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const exited = new Promise((resolve) => this.#worker.once("exit", resolve));
    if (this.#broken) return;
    await this.#send({ method: "close" });
    await exited;
  }

  async #rows<K extends Kind>(request: StoreRequest): Promise<Stored<K>[]> {
    const reply = await this.#ask(request);
    const rows = "rows" in reply ? reply.rows : [];
    return rows.map(({ object, internal, version }) => {
      // The one place where the database's JSON gets its type back: only objects of kind K are stored as K.
      return { object: JSON.parse(object), internal: JSON.parse(internal), version };
    });
  }

  async #ask(
    request: StoreRequest,
  ): Promise<Exclude<StoreReply, { conflict: unknown } | { failure: unknown }>> {
    if (this.#closing) throw contractError("service_closed");
    const reply = await this.#send(request);
    if ("conflict" in reply) throw new StoreConflict(reply.conflict);
    if ("failure" in reply) throw failure(reply);
    return reply;
  }

  #send(request: StoreRequest): Promise<StoreReply> {
    if (this.#broken) return Promise.reject(this.#unavailable(this.#broken));
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#worker.postMessage({ id, request });
      this.#waiting.set(id, { resolve, reject });
    });
  }

  #break(error: Error): void {
    for (const waiting of this.#waiting.values()) waiting.reject(this.#unavailable(error));
    this.#waiting.clear();
    if (this.#broken) return;
    this.#broken = error;
    if (!this.#closing) this.#onBroken(this.#unavailable(error));
  }

  #unavailable(error: Error): ContractError {
    return contractError("store_unavailable", { reason: error.message }, { cause: error });
  }
}

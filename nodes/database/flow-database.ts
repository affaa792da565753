/** The small database in which the nodes remember what must survive a restart; in a thread of its own. */
import { mkdir } from "node:fs/promises";
import { extname, join } from "node:path";
import { Worker } from "node:worker_threads";
import type { DatabaseReply, DatabaseRequest, OpenedMessage, Row, Statement } from "./statements.ts";

/** The database's name in the directory. */
const DATABASE_FILE = "flows.db";

interface Waiting {
  resolve(rows: Row[]): void;
  reject(error: Error): void;
}

export class FlowDatabase {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;
  #broken: Error | null = null;

  private constructor(worker: Worker) {
    this.#worker = worker;
    worker.on("message", (reply: DatabaseReply) => {
      const waiting = this.#waiting.get(reply.id);
      this.#waiting.delete(reply.id);
      if ("failure" in reply) waiting?.reject(new Error(reply.failure));
      else waiting?.resolve(reply.rows);
    });
    worker.on("error", (error) => this.#break(error));
    worker.on("exit", () => this.#break(new Error("the database is closed")));
    // It never keeps Node-RED from ending: what was acknowledged is on the disk.
    worker.unref();
  }

  /** Opens the database of a directory, which is made if it is not there. Rejects where that cannot be. */
  static async open(directory: string): Promise<FlowDatabase> {
    await mkdir(directory, { recursive: true });
    // The worker is this file's neighbour, as TypeScript or compiled.
    const program = new URL(`./database-worker${extname(import.meta.url)}`, import.meta.url);
    const worker = new Worker(program, { workerData: join(directory, DATABASE_FILE) });
    const opened = await new Promise<OpenedMessage>((resolve, reject) => {
      worker.once("message", resolve);
      worker.once("error", reject);
    }).catch((error: unknown): OpenedMessage => ({ opened: false, reason: String(error) }));
    if (opened.opened) return new FlowDatabase(worker);
    await worker.terminate();
    throw new Error(opened.reason);
  }

  /**
   * Does one unit of work, all of it or nothing. When the promise is fulfilled, it survives a power cut.
   * @returns the rows of the last statement
   */
  do(...statements: Statement[]): Promise<Row[]> {
    if (this.#broken) return Promise.reject(this.#broken);
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ id, statements } satisfies DatabaseRequest);
    });
  }

  /** Does what was asked for before, and closes. */
  async close(): Promise<void> {
    if (this.#broken) return;
    const exited = new Promise((resolve) => this.#worker.once("exit", resolve));
    this.#worker.postMessage("close");
    await exited;
  }

  #break(error: Error): void {
    this.#broken ??= error;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}

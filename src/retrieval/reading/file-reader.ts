import { extname } from "node:path";
import { AskedWorker, WorkerFailure } from "../asked-worker.ts";
import type { ChunkSize } from "../chunks.ts";
import type { IndexedChunk } from "../index/search-index.ts";
import { UnreadableFile } from "./unreadable-file.ts";

export interface FileToRead {
  path: string;
  /** As it was uploaded: its end says what kind of file it is. */
  name: string;
  size: ChunkSize;
}

export interface ReadPart {
  chunks: IndexedChunk[];
  last: boolean;
}

export type ReadRequest = { method: "read"; file: FileToRead } | { method: "more" };

/** How long the next part of one file may take. */
const LIMIT_MS = 60_000;
/** What reading may use; a file that needs more is refused, and nothing else falls. */
const MEMORY_MB = 512;
/** How long the thread stays when nothing is to be read. */
const IDLE_MS = 10_000;

/** Reads files one at a time, in a thread that can be stopped: no file can hold up or bring down the process. */
export class FileReader {
  #worker: AskedWorker<ReadRequest, ReadPart> | null = null;
  #idle: NodeJS.Timeout | null = null;
  /** Fulfilled when the last file in the row is read. */
  #turns: Promise<void> = Promise.resolve();
  #closed = false;

  /**
   * The chunks of a file, in parts; the next file's turn comes when the last one has been read. Throws an
   * UnreadableFile where there is no text to be had, and another error where the disk cannot.
   */
  async *read(file: FileToRead): AsyncGenerator<ReadPart> {
    const { promise, resolve: leave } = Promise.withResolvers<void>();
    const turn = this.#turns;
    this.#turns = promise;
    await turn;
    if (this.#idle) clearTimeout(this.#idle);
    try {
      for (let request: ReadRequest = { method: "read", file }; ; request = { method: "more" }) {
        const part = await this.#ask(request);
        if (part.last) leave();
        yield part;
        if (part.last) return;
      }
    } finally {
      leave();
      // Nobody's turn comes after this one.
      if (this.#turns === promise) this.#idle = setTimeout(() => this.#stop(), IDLE_MS).unref();
    }
  }

  /** Stops whatever is being read; nothing is read any more. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#stop();
  }

  async #stop(): Promise<void> {
    if (this.#idle) clearTimeout(this.#idle);
    const worker = this.#worker;
    this.#worker = null;
    await worker?.terminate(new Error("reading was stopped"));
  }

  async #ask(request: ReadRequest): Promise<ReadPart> {
    if (this.#closed) throw new Error("reading was stopped");
    const worker = this.#running();
    const late = new UnreadableFile(
      "invalid_file",
      `The file could not be read within ${LIMIT_MS / 1000} s.`,
    );
    const timer = setTimeout(() => worker.terminate(late), LIMIT_MS);
    try {
      const part = await worker.ask(request);
      if (!part) throw new Error("the reading thread gave no answer");
      return part;
    } catch (error) {
      throw asUnreadable(error);
    } finally {
      clearTimeout(timer);
    }
  }

  #running(): AskedWorker<ReadRequest, ReadPart> {
    if (this.#worker && !this.#worker.broken) return this.#worker;
    // The worker is this file's neighbour, as TypeScript or compiled.
    const program = new URL(`./reading-worker${extname(import.meta.url)}`, import.meta.url);
    this.#worker = new AskedWorker(program, { resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB } });
    return this.#worker;
  }
}

function asUnreadable(error: unknown): unknown {
  if (
    error instanceof WorkerFailure &&
    (error.code === "invalid_file" || error.code === "unsupported_file")
  ) {
    return new UnreadableFile(error.code, error.message);
  }
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ERR_WORKER_OUT_OF_MEMORY") {
    return new UnreadableFile("invalid_file", `Reading the file takes more than ${MEMORY_MB} MB of memory.`);
  }
  return error;
}

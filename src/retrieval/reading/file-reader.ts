import type { ChunkSize } from "../chunks.ts";
import type { IndexedChunk } from "../index/search-index.ts";
import { MEMORY_MB, READING_MS } from "./reading-limits.ts";
import { ReadingEnded, ReadingProcess } from "./reading-process.ts";
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

/** How long the process stays when nothing is to be read. */
const IDLE_MS = 10_000;

/** Reads files one at a time, in a process that can be stopped: none can hold up or bring down this one. */
export class FileReader {
  readonly #limitMs: number;
  #process: ReadingProcess | null = null;
  #idle: NodeJS.Timeout | null = null;
  /** Fulfilled when the last file in the row has been read. */
  #turns: Promise<void> = Promise.resolve();
  #closed = false;

  /** @param limitMs how long the next part of a file may take */
  constructor(limitMs = READING_MS) {
    this.#limitMs = limitMs;
  }

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
  close(): void {
    this.#closed = true;
    this.#stop();
  }

  #stop(): void {
    if (this.#idle) clearTimeout(this.#idle);
    this.#process?.kill(new Error("reading was stopped"));
    this.#process = null;
  }

  async #ask(request: ReadRequest): Promise<ReadPart> {
    if (this.#closed) throw new Error("reading was stopped");
    const reading = this.#running();
    const seconds = Math.ceil(this.#limitMs / 1000);
    const late = new UnreadableFile(
      "invalid_file",
      `The file could not be read within ${seconds} s. Split it.`,
    );
    const timer = setTimeout(() => reading.kill(late), this.#limitMs);
    try {
      const { value, failure } = await reading.ask(request);
      if (value) return value;
      const error = asUnreadable(failure ?? { message: "the reading process gave no answer" });
      // Whatever it was may have broken the process: the next file gets another one.
      if (!(error instanceof UnreadableFile)) reading.kill(error);
      throw error;
    } catch (error) {
      throw error instanceof ReadingEnded ? tooMuchMemory() : error;
    } finally {
      clearTimeout(timer);
    }
  }

  #running(): ReadingProcess {
    if (!this.#process || this.#process.ended) this.#process = new ReadingProcess();
    return this.#process;
  }
}

const tooMuchMemory = () =>
  new UnreadableFile("invalid_file", `Reading the file takes more than ${MEMORY_MB} MB of memory. Split it.`);

function asUnreadable({ code, message }: { code?: string; message: string }): Error {
  return code === "invalid_file" || code === "unsupported_file"
    ? new UnreadableFile(code, message)
    : new Error(message);
}

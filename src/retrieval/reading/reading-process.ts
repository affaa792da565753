import { type ChildProcess, fork } from "node:child_process";
import { extname } from "node:path";
import type { Asked, Reply } from "../asked-worker.ts";
import type { ReadPart, ReadRequest } from "./file-reader.ts";
import { HEAP_MB } from "./reading-limits.ts";

/** The process ended in the middle of a file, for want of memory as a rule. */
export class ReadingEnded extends Error {
  override readonly name = "ReadingEnded";
}

/**
 * The process that reads files, asked one thing at a time. A thread would not do: the limit of its memory does
 * not hold for one large piece of it, and the whole service would fall.
 */
export class ReadingProcess {
  readonly #child: ChildProcess;
  #waiting: PromiseWithResolvers<Reply<ReadPart>> | null = null;
  #ended: Error | null = null;
  #lastId = 0;

  constructor() {
    // The program is this file's neighbour, as TypeScript or compiled.
    const program = new URL(`./reading-program${extname(import.meta.url)}`, import.meta.url);
    this.#child = fork(program, {
      execArgv: [`--max-old-space-size=${HEAP_MB}`],
      // Nothing in it needs the environment, and the keys in it are nobody's business there.
      env: {},
      serialization: "advanced",
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    });
    this.#holdProcess(false);
    this.#child.on("message", (reply: Reply<ReadPart>) => this.#settle(reply));
    this.#child.on("error", (error) => this.#end(error));
    this.#child.on("exit", (code, signal) => this.#end(ending(code, signal)));
  }

  get ended(): boolean {
    return this.#ended !== null;
  }

  /** Rejects with a ReadingEnded where the process fell over what it was asked. */
  async ask(request: ReadRequest): Promise<Reply<ReadPart>> {
    if (this.#ended) throw this.#ended;
    const waiting = Promise.withResolvers<Reply<ReadPart>>();
    this.#waiting = waiting;
    this.#holdProcess(true);
    this.#child.send({ id: ++this.#lastId, request } satisfies Asked<ReadRequest>, (error) => {
      if (error) this.#end(error);
    });
    return waiting.promise;
  }

  /** Stops it in the middle of whatever it does. */
  kill(reason: Error): void {
    this.#end(reason);
    this.#child.kill("SIGKILL");
  }

  #settle(reply: Reply<ReadPart>): void {
    this.#holdProcess(false);
    this.#waiting?.resolve(reply);
    this.#waiting = null;
  }

  #end(error: Error): void {
    this.#ended ??= error;
    this.#waiting?.reject(this.#ended);
    this.#waiting = null;
  }

  /** Only a question that is open keeps this process running. */
  #holdProcess(hold: boolean): void {
    if (hold) {
      this.#child.ref();
      this.#child.channel?.ref();
    } else {
      this.#child.unref();
      this.#child.channel?.unref();
    }
  }
}

/** A process that runs out of memory ends by a signal, or on Windows with a code of its own. */
function ending(code: number | null, signal: NodeJS.Signals | null): Error {
  const fell = signal !== null || code === 134 || (code ?? 0) < 0 || (code ?? 0) >= 0x80000000;
  const message = `the reading process ended (${signal ?? `exit code ${code}`})`;
  return fell ? new ReadingEnded(message) : new Error(message);
}

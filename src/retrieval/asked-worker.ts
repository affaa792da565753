import { Worker, type WorkerOptions } from "node:worker_threads";

export interface Asked<Request> {
  id: number;
  request: Request;
}

/** What a worker answers: the value, or why there is none. */
export interface Reply<Value> {
  id: number;
  value?: Value;
  failure?: { message: string; code?: string };
}

/** The worker said why it cannot; it goes on working. */
export class WorkerFailure extends Error {
  override readonly name = "WorkerFailure";
  readonly code: string | undefined;

  constructor({ message, code }: { message: string; code?: string }) {
    super(message);
    this.code = code;
  }
}

interface Waiting<Value> {
  resolve(value: Value): void;
  reject(error: unknown): void;
}

/** A worker that is asked questions and answers each of them once, even by breaking. */
export class AskedWorker<Request, Value> {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting<Value | undefined>>();
  #lastId = 0;
  #broken: Error | null = null;

  constructor(program: URL, options: WorkerOptions) {
    this.#worker = new Worker(program, options);
    // Nobody who waits for an answer is let down: a call that is open keeps the process.
    this.#worker.unref();
    this.#worker.on("message", (reply: Reply<Value>) => this.#settle(reply));
    this.#worker.on("messageerror", (error) => this.#break(error));
    this.#worker.on("error", (error) =>
      this.#break(error instanceof Error ? error : new Error(String(error))),
    );
    this.#worker.on("exit", () => this.#break(new Error("its thread has ended")));
  }

  get broken(): boolean {
    return this.#broken !== null;
  }

  ask(request: Request): Promise<Value | undefined> {
    if (this.#broken) return Promise.reject(this.#broken);
    const id = ++this.#lastId;
    this.#worker.ref();
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ id, request } satisfies Asked<Request>);
    });
  }

  /** Stops it in the middle of whatever it does. */
  async terminate(reason: Error): Promise<void> {
    this.#break(reason);
    await this.#worker.terminate();
  }

  #settle({ id, value, failure }: Reply<Value>): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (this.#waiting.size === 0) this.#worker.unref();
    if (failure) waiting?.reject(new WorkerFailure(failure));
    else waiting?.resolve(value);
  }

  #break(error: Error): void {
    this.#broken ??= error;
    for (const waiting of this.#waiting.values()) waiting.reject(error);
    this.#waiting.clear();
  }
}

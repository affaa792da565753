import { type ContractError, contractError } from "../contract/errors.ts";
import type { WireRequest } from "./request.ts";

/** One attempt at a request: whatever is waited for in it ends at its caller's signal and at the time limit. */
export class Attempt {
  readonly #request: WireRequest;
  readonly #seconds: number;
  readonly #callerSignal: AbortSignal | undefined;
  readonly #stopper = new AbortController();
  #stopped: ContractError | null = null;
  #reject: ((error: ContractError) => void) | null = null;
  #timer: NodeJS.Timeout | null = null;

  /** @param seconds what one wait may take */
  constructor(request: WireRequest, seconds: number, signal?: AbortSignal) {
    this.#request = request;
    this.#seconds = seconds;
    this.#callerSignal = signal;
    signal?.addEventListener("abort", this.#giveUp, { once: true });
    if (signal?.aborted) this.#giveUp();
  }

  /** Aborts when the attempt is stopped: the connection is to be dropped. */
  get signal(): AbortSignal {
    return this.#stopper.signal;
  }

  /** The attempt is over: it listens to its caller no more. */
  release(): void {
    this.#callerSignal?.removeEventListener("abort", this.#giveUp);
  }

  readonly #giveUp = () =>
    this.stop(contractError("call_aborted", {}, { cause: this.#callerSignal?.reason }));

  /** What is waited for makes progress: its time begins anew. */
  progress(): void {
    this.#timer?.refresh();
  }

  /** Ends the wait under way, and each to come, with the error. */
  stop(error: ContractError): void {
    this.#stopped ??= error;
    this.#reject?.(this.#stopped);
    this.#stopper.abort();
  }

  /**
   * Waits for a part of the work, one at a time. Rejects with `request_timeout`, with `call_aborted`, or with what
   * the attempt was stopped with.
   */
  within<T>(work: () => Promise<T>): Promise<T> {
    // undici learns of an abort only once it is connected, hence a promise of our own, which ends at once.
    return new Promise((resolve, reject) => {
      if (this.#stopped) throw this.#stopped;
      const timer = setTimeout(() => {
        const { method, url } = this.#request;
        this.stop(contractError("request_timeout", { method, url, seconds: this.#seconds }));
      }, this.#seconds * 1000);
      this.#timer = timer;
      const settle = () => {
        clearTimeout(timer);
        this.#reject = null;
      };
      this.#reject = (error) => {
        settle();
        reject(error);
      };
      work().then(resolve, reject).finally(settle);
    });
  }
}

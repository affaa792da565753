import { setImmediate as turn } from "node:timers/promises";
import type { Dispatcher } from "undici";
import { contractError } from "../contract/errors.ts";
import { readText } from "./body-text.ts";
import { openDispatcher } from "./dispatcher.ts";
import type { WireRequest } from "./request.ts";

/** What came of one attempt: an answer, whatever its status, or a failure on the way. */
export type Outcome =
  | { kind: "answer"; status: number; headers: Readonly<Record<string, string>>; text: string }
  | { kind: "failure"; error: unknown };

/** What an answer may hold. One that is longer is cut, and then is no JSON any more. */
const MAX_ANSWER_BYTES = 256 * 1024 * 1024;
const MAX_ERROR_BYTES = 64 * 1024;

/** Sends requests over kept connections. What it needs is loaded at the first one. */
export class Transport {
  readonly #timeoutSeconds: number;
  readonly #running = new Set<Promise<Outcome>>();
  #dispatcher: Promise<Dispatcher> | null = null;
  #closing: Promise<void> | null = null;

  constructor(timeoutSeconds: number) {
    this.#timeoutSeconds = timeoutSeconds;
  }

  /**
   * Makes one attempt. Rejects with `request_timeout`, `call_aborted`, `client_closed` or `invalid_proxy`;
   * every other failure is an outcome.
   */
  async exchange(request: WireRequest, signal?: AbortSignal): Promise<Outcome> {
    if (this.#closing) throw contractError("client_closed");
    const attempt = this.#attempt(request, signal);
    this.#running.add(attempt);
    try {
      return await attempt;
    } finally {
      this.#running.delete(attempt);
    }
  }

  /** Refuses new attempts, lets those under way end, then closes the connections. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await Promise.allSettled(this.#running);
    // One that could not be opened has nothing to close; every call was told.
    const dispatcher = await this.#dispatcher?.catch(() => null);
    // Nothing is under way but connecting for calls that were given up, which is not worth a wait.
    await dispatcher?.destroy();
  }

  #attempt(request: WireRequest, signal?: AbortSignal): Promise<Outcome> {
    // undici learns of an abort only once it is connected, hence a promise of our own, which ends at once.
    return new Promise((resolve, reject) => {
      if (signal?.aborted) throw contractError("call_aborted", {}, { cause: signal.reason });
      const stopper = new AbortController();
      const stop = (error: Error) => {
        settle();
        reject(error);
        stopper.abort();
      };
      const abort = () => stop(contractError("call_aborted", {}, { cause: signal?.reason }));
      const timer = setTimeout(() => {
        const { method, url } = request;
        stop(contractError("request_timeout", { method, url, seconds: this.#timeoutSeconds }));
      }, this.#timeoutSeconds * 1000);
      const settle = () => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", abort);
      };
      signal?.addEventListener("abort", abort, { once: true });
      this.#send(request, stopper.signal).then(resolve, reject).finally(settle);
    });
  }

  async #send(request: WireRequest, signal: AbortSignal): Promise<Outcome> {
    this.#dispatcher ??= openDispatcher();
    const dispatcher = await this.#dispatcher;
    try {
      const { method, origin, path, headers, body } = request;
      // The time limit is ours: a local model may think for longer than undici's five minutes. They are set
      // here because undici does not hand an agent's limits on to a proxy.
      const limits = { headersTimeout: 0, bodyTimeout: 0 };
      const answer = await dispatcher.request({ ...limits, method, origin, path, headers, body, signal });
      const limit = answer.statusCode < 300 ? MAX_ANSWER_BYTES : MAX_ERROR_BYTES;
      const text = await readText(answer.body, limit);
      // undici takes a connection back a turn of the event loop after its answer; a call made before that
      // would open another one.
      await turn();
      return { kind: "answer", status: answer.statusCode, headers: single(answer.headers), text };
    } catch (error) {
      return { kind: "failure", error };
    }
  }
}

/** Of a header that was sent more than once, the first. */
function single(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const first: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    const text = Array.isArray(value) ? value[0] : value;
    if (text !== undefined) first[name] = text;
  }
  return first;
}

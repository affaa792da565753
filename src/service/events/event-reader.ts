import { contractError } from "../../contract/errors.ts";
import type { StreamEvent } from "../../contract/events.ts";
import { waitingEvents } from "./waiting-events.ts";

type Result = IteratorResult<StreamEvent, undefined>;

/**
 * One reader of one run. Its run is begun when the first event is asked for, and until it has, nothing is handed
 * out: where `begin` rejects, so does the first request, whatever was told of the run in the meantime.
 */
export class EventReader implements AsyncIterableIterator<StreamEvent> {
  readonly #begin: (reader: EventReader) => Promise<unknown>;
  readonly #signal: AbortSignal | undefined;
  readonly #events = waitingEvents();
  readonly #requests: PromiseWithResolvers<Result>[] = [];
  #state: "new" | "beginning" | "reading" = "new";
  /** How it ends behind what waits, once that is known; `error` null where nothing went wrong. */
  #end: { error: unknown } | null = null;
  /** Called when this reader is to be told nothing more. */
  onEnd: () => void = () => {};

  constructor(begin: (reader: EventReader) => Promise<unknown>, signal?: AbortSignal) {
    this.#begin = begin;
    this.#signal = signal;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<Result> {
    const request = Promise.withResolvers<Result>();
    this.#requests.push(request);
    if (this.#state === "new" && !this.#end) this.#start();
    this.#handOut();
    return request.promise;
  }

  /** The reader goes away; the run goes on. */
  async return(): Promise<Result> {
    this.#cutOff(null);
    return { done: true, value: undefined };
  }

  /** Whether it is to be told nothing more. */
  get ended(): boolean {
    return this.#end !== null;
  }

  push(event: StreamEvent): void {
    if (this.#end) return;
    this.#events.add(event);
    this.#handOut();
  }

  /** Ends the stream behind what waits; with the error, where there is one. */
  end(error: unknown = null): void {
    if (this.#end) return;
    this.#end = { error };
    this.onEnd();
    this.#handOut();
  }

  #start(): void {
    this.#state = "beginning";
    if (this.#signal?.aborted) {
      this.#giveUp();
      return;
    }
    this.#signal?.addEventListener("abort", this.#giveUp, { once: true });
    this.#begin(this).then(
      () => {
        this.#state = "reading";
        this.#handOut();
      },
      // Nobody is told who has given it up by then.
      (error: unknown) => this.#state === "beginning" && this.#cutOff(error),
    );
  }

  readonly #giveUp = () => this.#cutOff(contractError("call_aborted", {}, { cause: this.#signal?.reason }));

  /** Ends the stream at once: what waits is not read any more. */
  #cutOff(error: unknown): void {
    this.#events.clear();
    this.#signal?.removeEventListener("abort", this.#giveUp);
    this.#state = "reading";
    if (!this.#end) this.end(error);
    else this.#end = { error };
    this.#handOut();
  }

  #handOut(): void {
    if (this.#state === "beginning") return;
    while (this.#requests.length > 0) {
      const event = this.#events.take();
      if (event) this.#requests.shift()?.resolve({ done: false, value: event });
      else if (this.#end) this.#answerWithEnd(this.#end);
      else return;
    }
  }

  /** The error is told once; whoever asks on is told that there is nothing more. */
  #answerWithEnd(end: { error: unknown }): void {
    this.#signal?.removeEventListener("abort", this.#giveUp);
    const request = this.#requests.shift();
    if (end.error === null) request?.resolve({ done: true, value: undefined });
    else request?.reject(end.error);
    end.error = null;
  }
}

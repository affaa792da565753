/** One tool call from when it goes out until it has its first answer, or its time is up. */
import type { RunToolCall } from "../../src/contract/objects.ts";
import type { Lineage } from "./lineage.ts";
import type { OpenCall } from "./open-calls.ts";

/** What came back: what the flow put into the payload, or why there is nothing; `late` where nothing came in time. */
export type ToolAnswer = { payload: unknown } | { error: string; late?: true };

/** Long enough for a message to reach tool call nodes on other branches. */
const MISSED_MS = 1000;

export class PendingCall implements OpenCall {
  readonly call: RunToolCall;
  readonly lineage: Lineage;
  readonly #onWait: (seconds: number) => void;
  readonly #settling = new AbortController();
  readonly #settled = Promise.withResolvers<ToolAnswer>();
  #timer: NodeJS.Timeout;
  #missedTimer: NodeJS.Timeout | null = null;
  /** Somebody has it, or may have it. */
  #found = false;

  /**
   * @param seconds how long the answer may take unless a tool call node says otherwise
   * @param onWait told how long that is, now and when a tool call node says so
   */
  constructor(call: RunToolCall, lineage: Lineage, seconds: number, onWait: (seconds: number) => void) {
    this.call = call;
    this.lineage = lineage;
    this.#onWait = onWait;
    this.#timer = this.#limit(seconds);
  }

  get settled(): AbortSignal {
    return this.#settling.signal;
  }

  /** Fulfilled with the first answer. */
  get answer(): Promise<ToolAnswer> {
    return this.#settled.promise;
  }

  /** Takes the first answer; every later one is dropped. */
  settle(answer: ToolAnswer): void {
    if (this.settled.aborted) return;
    this.close();
    this.#settled.resolve(answer);
  }

  /** Nobody waits for it any more. */
  close(): void {
    clearTimeout(this.#timer);
    if (this.#missedTimer) clearTimeout(this.#missedTimer);
    this.#settling.abort();
  }

  taken(seconds: number | null): void {
    this.left();
    if (seconds === null || this.settled.aborted) return;
    clearTimeout(this.#timer);
    this.#timer = this.#limit(seconds);
  }

  left(): void {
    this.#found = true;
    if (this.#missedTimer) clearTimeout(this.#missedTimer);
  }

  refuse(reason: string): void {
    this.settle({ error: reason });
  }

  missed(): void {
    if (this.#found || this.#missedTimer || this.settled.aborted) return;
    const error = `No tool of this flow answers to ${this.call.function.name}.`;
    this.#missedTimer = setTimeout(() => this.settle({ error }), MISSED_MS);
  }

  #limit(seconds: number): NodeJS.Timeout {
    this.#onWait(seconds);
    const error = `The function ${this.call.function.name} gave no answer within ${seconds} s.`;
    return setTimeout(() => this.settle({ error, late: true }), seconds * 1000);
  }
}

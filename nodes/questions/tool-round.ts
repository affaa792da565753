/** One step's tool calls, out in the flow until each has its first answer. */
import type { RunToolCall } from "../../src/contract/objects.ts";

/** What the flow answered to a call, in the order of the calls. */
export interface AnsweredToolCall {
  call: RunToolCall;
  payload: unknown;
}

export class ToolRound {
  /** Counts the rounds of a run, from 1: a server may number its calls alike in each. */
  readonly number: number;
  readonly #calls: readonly RunToolCall[];
  readonly #payloads = new Map<string, unknown>();
  readonly #settled = Promise.withResolvers<AnsweredToolCall[]>();

  constructor(number: number, calls: readonly RunToolCall[]) {
    this.number = number;
    this.#calls = calls;
  }

  /** Fulfilled when every call has its answer. */
  get answers(): Promise<AnsweredToolCall[]> {
    return this.#settled.promise;
  }

  /** Takes the first answer to a call of this round, and no other. */
  answer(callId: string, payload: unknown): void {
    const open = this.#calls.some((call) => call.id === callId) && !this.#payloads.has(callId);
    if (!open) return;
    this.#payloads.set(callId, payload);
    if (this.#payloads.size === this.#calls.length) {
      this.#settled.resolve(this.#calls.map((call) => ({ call, payload: this.#payloads.get(call.id) })));
    }
  }
}

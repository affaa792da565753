/** One step's tool calls, out in the flow until each has its first answer. */
import type { RunToolCall } from "../../src/contract/objects.ts";
import type { Lineage } from "./lineage.ts";
import { forgetOpenCall, registerOpenCall } from "./open-calls.ts";
import { PendingCall, type ToolAnswer } from "./pending-call.ts";

/** A call and what came back, in the order of the calls. */
export interface AnsweredToolCall {
  call: RunToolCall;
  answer: ToolAnswer;
}

export interface RoundSettings {
  runId: string;
  /** Counts the rounds of a run, from 1: a server may number its calls alike in each. */
  number: number;
  /** Of the questions that answer these calls. */
  lineage: Lineage;
  /** How long each answer may take. */
  toolSeconds: number;
  /** How many of the calls go out; the rest are refused. */
  maxCalls: number;
  /** Told of each call how long its answer may take. */
  onWait(call: RunToolCall, seconds: number): void;
  /** Told of the first answer to each call. */
  onAnswer(answered: AnsweredToolCall): void;
}

export class ToolRound {
  readonly number: number;
  /** Fulfilled when every call has its answer. */
  readonly answers: Promise<AnsweredToolCall[]>;
  readonly #runId: string;
  readonly #calls = new Map<string, PendingCall>();

  constructor(calls: readonly RunToolCall[], settings: RoundSettings) {
    const { runId, number, lineage, toolSeconds, maxCalls } = settings;
    this.number = number;
    this.#runId = runId;
    for (const call of calls) {
      // A server that gives two calls one id can be given one answer to them.
      if (this.#calls.has(call.id)) continue;
      const pending = new PendingCall(call, lineage, toolSeconds, (seconds) =>
        settings.onWait(call, seconds),
      );
      this.#calls.set(call.id, pending);
      registerOpenCall(runId, call.id, pending);
    }
    const reason = `At most ${maxCalls} functions may be called at once.`;
    for (const pending of [...this.#calls.values()].slice(maxCalls)) pending.refuse(reason);
    const answered = [...this.#calls.values()].map(async (pending) => {
      const first = { call: pending.call, answer: await pending.answer };
      settings.onAnswer(first);
      return first;
    });
    this.answers = Promise.all(answered);
  }

  /** The calls that go out into the flow. */
  get open(): RunToolCall[] {
    return [...this.#calls.values()].filter(({ settled }) => !settled.aborted).map(({ call }) => call);
  }

  /** Takes the first answer to a call of this round, and no other. */
  answer(callId: string, answer: ToolAnswer): void {
    this.#calls.get(callId)?.settle(answer);
  }

  /** Nobody waits for the calls any more; what was begun for them ends. */
  close(): void {
    for (const [callId, pending] of this.#calls) {
      pending.close();
      forgetOpenCall(this.#runId, callId);
    }
  }
}

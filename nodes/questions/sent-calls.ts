/**
 * Which call each message that left a tool port was about. A Function that returns a new object keeps only
 * `_msgid`; its message is still about that call, and must never become a question from nowhere.
 */
import type { NodeMessage } from "node-red";
import { calledBy, type ToolCall } from "./tool-message.ts";

/** Which call it is, and whose. */
export type SentCall = Pick<ToolCall, "id" | "run_id" | "node" | "round">;

interface Remembered {
  call: SentCall;
  until: number;
}

/** As long as a tool call node may allow for an answer, and an hour. */
const REMEMBERED_MS = (7 * 24 + 1) * 60 * 60 * 1000;
const MAX_REMEMBERED = 20_000;

export class SentCalls {
  readonly #byMessage = new Map<string, Remembered>();

  remember(messageId: string, call: SentCall): void {
    const now = Date.now();
    // The oldest come first, so this ends at the first that is still good.
    for (const [id, { until }] of this.#byMessage) {
      if (until > now && this.#byMessage.size < MAX_REMEMBERED) break;
      this.#byMessage.delete(id);
    }
    this.#byMessage.set(messageId, { call, until: now + REMEMBERED_MS });
  }

  find(messageId: string | undefined): SentCall | undefined {
    return messageId === undefined ? undefined : this.#byMessage.get(messageId)?.call;
  }
}

/** Of all run nodes of this process: a message may come to another one than it left. */
export const sentCalls = new SentCalls();

/** The call that a message is about, by what it says itself or else by its id; null for a message about none. */
export function callOf(msg: NodeMessage): SentCall | null {
  return calledBy(msg) ?? sentCalls.find(msg._msgid) ?? null;
}

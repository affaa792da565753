/**
 * Which call each message that left the tool port was about. A Function that returns a new object keeps only
 * `_msgid`; its message is still the answer to that call, and must never become another question.
 */
export interface SentCall {
  runId: string;
  round: number;
  callId: string;
}

interface Remembered extends SentCall {
  until: number;
}

/** A flow may take its time, a person's approval for one. */
const REMEMBERED_MS = 2 * 60 * 60 * 1000;
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
    this.#byMessage.set(messageId, { ...call, until: now + REMEMBERED_MS });
  }

  find(messageId: string | undefined): SentCall | undefined {
    return messageId === undefined ? undefined : this.#byMessage.get(messageId);
  }
}

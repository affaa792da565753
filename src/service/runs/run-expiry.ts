/** When runs that are queued, working or waiting for tool outputs are due: one timer for all of them. */

/** Later than this `setTimeout` would fire at once. */
const MAX_DELAY_MS = 2_147_483_647;

export class RunExpiry {
  readonly #now: () => number;
  readonly #expire: (runId: string) => void;
  /** Unix seconds by run. */
  readonly #due = new Map<string, number>();
  #timer: NodeJS.Timeout | null = null;
  #timerDue = Number.POSITIVE_INFINITY;

  /** @param now Unix seconds */
  constructor(now: () => number, expire: (runId: string) => void) {
    this.#now = now;
    this.#expire = expire;
  }

  /** @param due Unix seconds */
  arm(runId: string, due: number): void {
    this.#due.set(runId, due);
    if (due < this.#timerDue) this.#schedule(due);
  }

  disarm(runId: string): void {
    this.#due.delete(runId);
  }

  close(): void {
    this.#due.clear();
    if (this.#timer) clearTimeout(this.#timer);
  }

  #schedule(due: number): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timerDue = due;
    const delay = Math.min(Math.max(0, (due - this.#now()) * 1000), MAX_DELAY_MS);
    this.#timer = setTimeout(() => this.#fire(), delay);
    this.#timer.unref();
  }

  #fire(): void {
    const now = this.#now();
    let next = Number.POSITIVE_INFINITY;
    for (const [runId, due] of this.#due) {
      if (due <= now) {
        this.#due.delete(runId);
        this.#expire(runId);
      } else if (due < next) next = due;
    }
    this.#timerDue = next;
    if (next < Number.POSITIVE_INFINITY) this.#schedule(next);
  }
}

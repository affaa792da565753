/**
 * Whose turn it is on each thread of a service. A thread takes one run at a time, so questions that come together
 * wait for each other here, in the order of their coming, whichever node asks them.
 */

/** Given back when the thread is free for the next. */
export interface Turn {
  release(): void;
}

/** Why a question did not get its turn. */
export class TurnRefused extends Error {
  override readonly name = "TurnRefused";
  readonly code: "thread_queue_full" | "cancelled";

  constructor(code: TurnRefused["code"]) {
    super(code);
    this.code = code;
  }
}

interface Waiting {
  begin(): void;
  refuse(reason: unknown): void;
}

/** More questions than anybody would wait for. */
const MAX_WAITING = 100;

export class ThreadTurns {
  /** Those who wait, by thread; a thread that is here has a holder. */
  readonly #threads = new Map<string, Waiting[]>();

  /** Whether somebody has the thread's turn. */
  isTaken(threadId: string): boolean {
    return this.#threads.has(threadId);
  }

  /**
   * Fulfilled when it is its turn. Rejects with a `TurnRefused`, or with the signal's reason.
   * @param first passes the others who wait
   */
  take(threadId: string, signal: AbortSignal, first = false): Promise<Turn> {
    const waiting = this.#threads.get(threadId);
    if (!waiting) {
      this.#threads.set(threadId, []);
      return Promise.resolve(this.#turn(threadId));
    }
    if (waiting.length >= MAX_WAITING) return Promise.reject(new TurnRefused("thread_queue_full"));
    return new Promise((resolve, reject) => {
      const leave = () => {
        waiting.splice(waiting.indexOf(entry), 1);
        entry.refuse(signal.reason);
      };
      const entry: Waiting = {
        begin: () => {
          signal.removeEventListener("abort", leave);
          resolve(this.#turn(threadId));
        },
        refuse: (reason) => {
          signal.removeEventListener("abort", leave);
          reject(reason);
        },
      };
      if (signal.aborted) return reject(signal.reason);
      signal.addEventListener("abort", leave, { once: true });
      if (first) waiting.unshift(entry);
      else waiting.push(entry);
    });
  }

  /** Sends all away who wait for the thread. */
  empty(threadId: string): void {
    const waiting = this.#threads.get(threadId)?.splice(0) ?? [];
    for (const entry of waiting) entry.refuse(new TurnRefused("cancelled"));
  }

  #turn(threadId: string): Turn {
    let held = true;
    return {
      release: () => {
        if (!held) return;
        held = false;
        const next = this.#threads.get(threadId)?.shift();
        if (next) next.begin();
        else this.#threads.delete(threadId);
      },
    };
  }
}

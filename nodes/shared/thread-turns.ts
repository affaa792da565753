/**
 * Whose turn it is on each thread of a service. A thread takes one run at a time, so questions that come together
 * wait for each other here, in the order of their coming, whichever node asks them.
 */

/** Given back when the thread is free for the next. */
export interface Turn {
  /** Aborted when somebody wants the thread for himself: the holder is to end what he does, and give it back. */
  stopped: AbortSignal;
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
  /** Passes the others. */
  first: boolean;
  begin(): void;
  refuse(reason: unknown): void;
}

/** More questions than anybody would wait for. */
const MAX_WAITING = 100;

interface Thread {
  /** Of the turn that is held. */
  stop: AbortController;
  waiting: Waiting[];
}

export class ThreadTurns {
  /** The threads whose turn somebody has. */
  readonly #threads = new Map<string, Thread>();

  /** Whether somebody has the thread's turn. */
  isTaken(threadId: string): boolean {
    return this.#threads.has(threadId);
  }

  /**
   * Fulfilled when it is its turn. Rejects with a `TurnRefused`, or with the signal's reason.
   * @param first passes the others who wait; of several who do, the last one wins
   */
  take(threadId: string, signal: AbortSignal, first = false): Promise<Turn> {
    const thread = this.#threads.get(threadId);
    if (!thread) {
      const stop = new AbortController();
      this.#threads.set(threadId, { stop, waiting: [] });
      return Promise.resolve(this.#turn(threadId, stop.signal));
    }
    const { waiting } = thread;
    if (first && waiting[0]?.first) waiting.shift()?.refuse(new TurnRefused("cancelled"));
    if (waiting.length >= MAX_WAITING) return Promise.reject(new TurnRefused("thread_queue_full"));
    return new Promise((resolve, reject) => {
      const leave = () => {
        waiting.splice(waiting.indexOf(entry), 1);
        entry.refuse(signal.reason);
      };
      const entry: Waiting = {
        first,
        begin: () => {
          signal.removeEventListener("abort", leave);
          thread.stop = new AbortController();
          resolve(this.#turn(threadId, thread.stop.signal));
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

  /** Has the holder of the thread's turn end what he does. */
  stop(threadId: string): void {
    this.#threads.get(threadId)?.stop.abort();
  }

  /** Sends all away who wait for the thread. */
  empty(threadId: string): void {
    const waiting = this.#threads.get(threadId)?.waiting.splice(0) ?? [];
    for (const entry of waiting) entry.refuse(new TurnRefused("cancelled"));
  }

  #turn(threadId: string, stopped: AbortSignal): Turn {
    let held = true;
    return {
      stopped,
      release: () => {
        if (!held) return;
        held = false;
        const next = this.#threads.get(threadId)?.waiting.shift();
        if (next) next.begin();
        else this.#threads.delete(threadId);
      },
    };
  }
}

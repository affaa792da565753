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

/** How long a turn that was lent waits for whom it was lent to. */
const LENT_MS = 5000;

/** A turn on its way from one node to the next. */
interface Lent {
  messageId: string;
  turn: Turn;
  timer: NodeJS.Timeout;
}

interface Thread {
  /** Of the turn that is held. */
  stop: AbortController;
  waiting: Waiting[];
  lent: Lent | null;
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
      this.#threads.set(threadId, { stop, waiting: [], lent: null });
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

  /**
   * Keeps a turn for whoever comes with this message of the thread; without him it is given back after 5 s.
   * @param turn the one that is held
   */
  lend(threadId: string, messageId: string, turn: Turn): void {
    const thread = this.#threads.get(threadId);
    if (!thread || turn.stopped.aborted) {
      turn.release();
      return;
    }
    const timer = setTimeout(() => this.claim(threadId, messageId)?.release(), LENT_MS);
    thread.lent = { messageId, turn, timer };
  }

  /** The turn that was kept for whoever comes with this message; null where there is none. */
  claim(threadId: string, messageId: string): Turn | null {
    const thread = this.#threads.get(threadId);
    if (!thread?.lent || thread.lent.messageId !== messageId) return null;
    const { turn, timer } = thread.lent;
    clearTimeout(timer);
    thread.lent = null;
    return turn;
  }

  /** Has the holder of the thread's turn end what he does. */
  stop(threadId: string): void {
    const thread = this.#threads.get(threadId);
    thread?.stop.abort();
    // Nobody does anything with a turn that is on its way.
    if (thread?.lent) this.claim(threadId, thread.lent.messageId)?.release();
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

/** Lets somebody who waits for a result know that it is being worked on. */

/** How often that is said, at most. */
const INTERVAL_MS = 1000;

export class Activity {
  #noticed = Promise.withResolvers<void>();
  #latest = 0;

  /** Something has arrived. */
  touch(): void {
    const now = Date.now();
    if (now - this.#latest < INTERVAL_MS) return;
    this.#latest = now;
    this.#noticed.resolve();
    this.#noticed = Promise.withResolvers();
  }

  /** The results, and `working` between them whenever something arrives that is none yet. */
  async *between<Result>(results: AsyncIterator<Result>, working: Result): AsyncGenerator<Result> {
    const sign = Symbol();
    let next = results.next();
    let ended = false;
    try {
      for (;;) {
        const noticed = this.#noticed.promise.then(() => sign);
        const first = await Promise.race([next, noticed]);
        if (typeof first === "symbol") {
          yield working;
          continue;
        }
        ended = first.done === true;
        if (first.done) return;
        yield first.value;
        next = results.next();
      }
    } catch (error) {
      ended = true;
      throw error;
    } finally {
      // Nobody waits for what was under way.
      if (!ended) {
        next.catch(() => {});
        results.return?.().catch(() => {});
      }
    }
  }
}

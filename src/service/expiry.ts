/**
 * Milliseconds between two looks for files, uploads and vector stores whose time has come: until then they are there
 * for nobody.
 */
const INTERVAL_MS = 60_000;

/** Removes what has expired at once and from time to time, one look after the other; it keeps no process alive. */
export class Expiry {
  readonly #remove: (signal: AbortSignal) => Promise<void>;
  readonly #onError: (error: unknown) => void;
  readonly #closing = new AbortController();
  readonly #timer: NodeJS.Timeout;
  #look: Promise<void> | null = null;

  constructor(remove: (signal: AbortSignal) => Promise<void>, onError: (error: unknown) => void) {
    this.#remove = remove;
    this.#onError = onError;
    this.#timer = setInterval(() => this.#begin(), INTERVAL_MS).unref();
    this.#begin();
  }

  /** Ends the look under way; fulfilled when it has. */
  async close(): Promise<void> {
    this.#closing.abort();
    clearInterval(this.#timer);
    await this.#look;
  }

  #begin(): void {
    this.#look ??= this.#remove(this.#closing.signal)
      .catch(this.#onError)
      .finally(() => {
        this.#look = null;
      });
  }
}

/** Milliseconds between two looks for files and uploads whose time has come. Until then nobody sees them any more either. */
const INTERVAL_MS = 60_000;

/** Removes what has expired at once and from time to time, one look after the other; it keeps no process alive. */
export class FileExpiry {
  readonly #remove: () => Promise<void>;
  readonly #onError: (error: unknown) => void;
  readonly #timer: NodeJS.Timeout;
  #look: Promise<void> | null = null;

  constructor(remove: () => Promise<void>, onError: (error: unknown) => void) {
    this.#remove = remove;
    this.#onError = onError;
    this.#timer = setInterval(() => this.#begin(), INTERVAL_MS).unref();
    this.#begin();
  }

  /** Fulfilled when the look under way has ended. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#look;
  }

  #begin(): void {
    this.#look ??= this.#remove()
      .catch(this.#onError)
      .finally(() => {
        this.#look = null;
      });
  }
}

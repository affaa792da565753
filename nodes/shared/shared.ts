/** What several nodes use together: opened when the first needs it, closed when the last lets go. */

interface Closable {
  close(): Promise<void>;
}

/** What somebody has who uses it. Letting go twice is letting go once. */
export interface Share<T> {
  value: T;
  release(): Promise<void>;
}

interface Entry<T> {
  opening: Promise<T>;
  users: number;
}

export class Shared<T extends Closable> {
  readonly #entries = new Map<string, Entry<T>>();
  readonly #closing = new Map<string, Promise<void>>();

  /** Rejects with what keeps it from being opened; the next who asks tries again. */
  async acquire(key: string, open: () => Promise<T>): Promise<Share<T>> {
    await this.#closing.get(key);
    const entry = this.#entries.get(key) ?? { opening: open(), users: 0 };
    this.#entries.set(key, entry);
    entry.users += 1;
    try {
      const value = await entry.opening;
      let held = true;
      const release = async () => {
        if (held) await this.#release(key, entry);
        held = false;
      };
      return { value, release };
    } catch (error) {
      if (this.#entries.get(key) === entry) this.#entries.delete(key);
      throw error;
    }
  }

  async #release(key: string, entry: Entry<T>): Promise<void> {
    entry.users -= 1;
    if (entry.users > 0) return;
    this.#entries.delete(key);
    const closed = entry.opening.then((value) => value.close()).finally(() => this.#closing.delete(key));
    this.#closing.set(key, closed);
    await closed;
  }
}

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
        if (!held) return;
        held = false;
        await this.#release(key, entry);
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

/** One user's way to it: acquired at the first use, let go once and for all. */
export class Use<T> {
  readonly #acquire: () => Promise<Share<T>>;
  #share: Promise<Share<T>> | null = null;
  #released = false;

  constructor(acquire: () => Promise<Share<T>>) {
    this.#acquire = acquire;
  }

  /** Rejects with what keeps it from being opened, and after `release`. */
  async get(): Promise<T> {
    // Messages still arrive while a node closes; none of them may open anything again.
    if (this.#released) throw new Error("the node is closed");
    this.#share ??= this.#acquire();
    const share = this.#share;
    try {
      return (await share).value;
    } catch (error) {
      if (this.#share === share) this.#share = null;
      throw error;
    }
  }

  async release(): Promise<void> {
    this.#released = true;
    // One that could not be opened has nothing to let go; whoever asked for it was told.
    const share = await this.#share?.catch(() => null);
    await share?.release();
  }
}

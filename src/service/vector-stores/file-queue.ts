/** The vector store of a file in it, by the id of both together. */
const storeOf = (id: string) => id.slice(0, id.indexOf("/"));

interface Line {
  readonly waiting: Set<string>;
  underWay: number;
}

/** Files that wait to be indexed. Their vector stores take turns: a small one does not wait for all of a large one. */
export class FileQueue {
  /** By store; the first has the next turn. A store stays while files of it are under way. */
  readonly #lines = new Map<string, Line>();

  /** One that waits already is added but once. */
  add(id: string): void {
    const store = storeOf(id);
    const line = this.#lines.get(store) ?? { waiting: new Set(), underWay: 0 };
    line.waiting.add(id);
    this.#lines.set(store, line);
  }

  /** The next file, which is under way from then on; null where none waits. */
  next(): string | null {
    for (const [store, line] of this.#lines) {
      for (const id of line.waiting) {
        line.waiting.delete(id);
        line.underWay += 1;
        // Behind all others.
        this.#lines.delete(store);
        this.#lines.set(store, line);
        return id;
      }
    }
    return null;
  }

  /** A file is under way no more. The store where it was the last; else null. */
  done(id: string): string | null {
    const store = storeOf(id);
    const line = this.#lines.get(store);
    if (!line) return null;
    line.underWay -= 1;
    if (line.underWay > 0 || line.waiting.size > 0) return null;
    this.#lines.delete(store);
    return store;
  }

  /** Whether files of a store wait or are under way. */
  has(store: string): boolean {
    return this.#lines.has(store);
  }

  get isEmpty(): boolean {
    return this.#lines.size === 0;
  }
}

/** How many files a node waits for, and how many of them are done: those of all its messages together. */
export interface IndexedFiles {
  done: number;
  total: number;
}

export class IndexingProgress {
  readonly #show: (files: IndexedFiles) => void;
  readonly #underWay = new Set<IndexedFiles>();

  constructor(show: (files: IndexedFiles) => void) {
    this.#show = show;
  }

  /** Counts one message's files while `wait` waits for them. */
  async during<T>(total: number, wait: (tell: (done: number) => void) => Promise<T>): Promise<T> {
    const files: IndexedFiles = { done: 0, total };
    this.#underWay.add(files);
    try {
      return await wait((done) => {
        files.done = done;
        this.#show(this.#sum());
      });
    } finally {
      this.#underWay.delete(files);
    }
  }

  #sum(): IndexedFiles {
    const sum = { done: 0, total: 0 };
    for (const { done, total } of this.#underWay) {
      sum.done += done;
      sum.total += total;
    }
    return sum;
  }
}

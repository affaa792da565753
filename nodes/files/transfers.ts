/** How far a node's transfers have come, all of them together. */

/** Every status goes to every editor, so it is not told more often. */
const INTERVAL_MS = 500;

/** How many bytes are a megabyte, where amounts are shown and where they are limited. */
export const MEGABYTE = 1024 * 1024;

/** A size as people read it. */
export function sizeText(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  return bytes < MEGABYTE ? `${Math.round(bytes / 1024)} kB` : `${(bytes / MEGABYTE).toFixed(1)} MB`;
}

export interface Amount {
  /** In bytes. */
  moved: number;
  /** Null where it is not known. */
  total: number | null;
}

export class Transfers {
  readonly #show: (amount: Amount) => void;
  readonly #now: () => number;
  readonly #underWay = new Set<Amount>();
  #shownAt = Number.NEGATIVE_INFINITY;

  constructor(show: (amount: Amount) => void, now: () => number = Date.now) {
    this.#show = show;
    this.#now = now;
  }

  /** Hands pieces on and counts them. */
  async *counted(pieces: AsyncIterable<Uint8Array>, total: number | null): AsyncGenerator<Uint8Array, void> {
    const amount: Amount = { moved: 0, total };
    this.#underWay.add(amount);
    try {
      for await (const piece of pieces) {
        amount.moved += piece.length;
        this.#tell();
        yield piece;
      }
    } finally {
      this.#underWay.delete(amount);
    }
  }

  #tell(): void {
    const now = this.#now();
    if (now - this.#shownAt < INTERVAL_MS) return;
    this.#shownAt = now;
    this.#show(sumOf([...this.#underWay]));
  }
}

function sumOf(amounts: Amount[]): Amount {
  const sum: Amount = { moved: 0, total: 0 };
  for (const { moved, total } of amounts) {
    sum.moved += moved;
    sum.total = sum.total === null || total === null ? null : sum.total + total;
  }
  return sum;
}

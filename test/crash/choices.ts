/** Random choices that a seed repeats (mulberry32). */
export interface Choices {
  /** A whole number from 0 to below `count`. */
  below(count: number): number;
  /** True in one of so many cases. */
  oneIn(count: number): boolean;
  /** One of them; undefined where there is none. */
  pick<T>(items: readonly T[]): T | undefined;
  /** Choices of their own, so that who runs at the same time does not change these. */
  branch(): Choices;
}

export function choicesOf(seed: number): Choices {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const below = (count: number) => Math.floor((next() / 2 ** 32) * count);
  return {
    below,
    oneIn: (count) => below(count) === 0,
    pick: (items) => items[below(items.length)],
    branch: () => choicesOf(next()),
  };
}

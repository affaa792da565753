/** How well a chunk answers a question, between 0 and 1. BM25's idea, made comparable between questions. Pure. */

/** A word of a question, and in how many chunks it stands. */
export interface AskedWord {
  word: string;
  chunks: number;
}

export interface Collection {
  chunks: number;
  /** Words of a chunk, on average. */
  averageLength: number;
}

/** A small collection says little about which words are rare: it is taken for one of this size. */
const LEAST_CHUNKS = 1000;

/** How soon more of the same word says nothing more, and how far longer chunks must have it more often. */
const SATURATION = 0.3;
const LENGTH_SHARE = 0.75;

/** What a word weighs that nobody has: questions are full of them. */
const UNKNOWN = 0.5;

function weightOf({ chunks }: AskedWord, collection: Collection): number {
  const all = Math.max(collection.chunks, LEAST_CHUNKS);
  const rarity = Math.log(1 + (all - chunks + 0.5) / (chunks + 0.5));
  return chunks === 0 ? rarity * UNKNOWN : rarity;
}

/** The weight of the words that the chunk has, as a share of all that were asked for. */
export function scoreOf(
  asked: readonly AskedWord[],
  words: readonly string[],
  collection: Collection,
): number {
  const counts = new Map(asked.map(({ word }) => [word, 0]));
  for (const word of words) {
    const count = counts.get(word);
    if (count !== undefined) counts.set(word, count + 1);
  }
  const relative = words.length / Math.max(1, collection.averageLength);
  const slowness = SATURATION * (1 - LENGTH_SHARE + LENGTH_SHARE * relative);
  let [reached, possible] = [0, 0];
  for (const one of asked) {
    const weight = weightOf(one, collection);
    const count = counts.get(one.word) ?? 0;
    possible += weight;
    reached += weight * (count / (count + slowness));
  }
  return possible === 0 ? 0 : reached / possible;
}

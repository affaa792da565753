/** How well a chunk answers a question, between 0 and 1. BM25's idea, made comparable between questions. Pure. */
import type { QueryWord } from "../words.ts";

/** A word of a question, and in how many chunks it stands. */
export interface AskedWord extends QueryWord {
  chunks: number;
}

export interface Collection {
  chunks: number;
  /** Characters of a chunk's words, on average. */
  averageLength: number;
}

/** A small collection says little about which words are rare: it is taken for one of this size. */
const LEAST_CHUNKS = 1000;

/** How soon more of the same word says nothing more, and how far longer chunks must have it more often. */
const SATURATION = 0.3;
const LENGTH_SHARE = 0.75;

/** What a word weighs that nobody has: questions are full of them. */
const UNKNOWN = 0.5;

/** What a word weighs that stands in any question, however rare it is in a small collection. */
const COMMON = 0.2;

function weightOf({ chunks, common }: AskedWord, collection: Collection): number {
  const all = Math.max(collection.chunks, LEAST_CHUNKS);
  const rarity = Math.log(1 + (all - chunks + 0.5) / (chunks + 0.5));
  return rarity * (chunks === 0 ? UNKNOWN : 1) * (common ? COMMON : 1);
}

/**
 * The weight of the words that the chunk has, as a share of all that were asked for.
 * @param words the chunk's, separated by spaces
 */
export function scoreOf(asked: readonly AskedWord[], words: string, collection: Collection): number {
  const relative = words.length / Math.max(1, collection.averageLength);
  const slowness = SATURATION * (1 - LENGTH_SHARE + LENGTH_SHARE * relative);
  const searched = ` ${words} `;
  let [reached, possible] = [0, 0];
  for (const one of asked) {
    const weight = weightOf(one, collection);
    const count = timesIn(searched, ` ${one.word} `);
    possible += weight;
    reached += weight * (count / (count + slowness));
  }
  return possible === 0 ? 0 : reached / possible;
}

/** The space behind a word is also the one before the next. */
function timesIn(text: string, part: string): number {
  let count = 0;
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length - 1)) count += 1;
  return count;
}

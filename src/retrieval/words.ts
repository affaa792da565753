/** How texts and questions are cut into the words that the index knows. Pure and deterministic. */

import { isStopWord } from "../models/stop-words.ts";
import { stemOf } from "./stem.ts";

const segmenter = new Intl.Segmenter("en", { granularity: "word" });

/** Scripts whose words a reader does not see by spaces, or, as in Hangul, only with their endings. */
const UNSPACED = String.raw`\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}ー々`;
const unspacedRuns = new RegExp(`[${UNSPACED}]+`, "gu");
const unspaced = new RegExp(`^[${UNSPACED}]+$`, "u");

/** Characters of one word; what is longer is no word that anybody asks for. */
const MAX_WORD = 64;

/** One form for what is written alike: width, ligatures, upper and lower case, apostrophes. */
const lowered = (text: string) => text.normalize("NFKC").toLowerCase().replaceAll("'", "’");

/** Latin letters that Unicode does not take apart, as who has no such key writes them. */
const PLAIN: Readonly<Record<string, string>> = {
  ß: "ss",
  æ: "ae",
  œ: "oe",
  ø: "o",
  ł: "l",
  đ: "d",
  ð: "d",
  þ: "th",
  ı: "i",
};
const plainable = new RegExp(`[${Object.keys(PLAIN).join("")}]`, "g");

/** The same without the marks over Latin letters: who asks for cafe or Lodz means café and Łódź. */
const folded = (text: string) =>
  lowered(text)
    .normalize("NFD")
    .replace(/(\p{Script=Latin})\p{M}+/gu, "$1")
    .normalize("NFC")
    .replace(plainable, (letter) => PLAIN[letter] ?? letter);

/** The parts of a name in source code: getUserName, user_name, user-name. */
function partsOfName(word: string): string[] {
  const parts = word
    .replace(/(\p{Ll}|\p{N})(\p{Lu})/gu, "$1 $2")
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, "$1 $2")
    .split(/[\s_.:'’]+/u)
    .filter((part) => part !== "");
  return parts.length > 1 ? parts.map(folded) : [];
}

/** The words of a text as they are written, in order. */
function* written(text: string): Generator<string> {
  for (const { segment, isWordLike } of segmenter.segment(text.normalize("NFKC"))) {
    if (isWordLike) yield segment.slice(0, MAX_WORD);
  }
}

/** Every run of one and of two characters. */
function shortRuns(run: string): string[] {
  const characters = [...run];
  const pairs = characters.slice(1).map((character, index) => `${characters[index]}${character}`);
  return [...characters, ...pairs];
}

/** A word with the stem under which its other forms are found, too. */
function withStem(word: string): string[] {
  const stem = stemOf(word);
  return stem === null ? [word] : [word, stem];
}

/**
 * All words under which a text is found, in no particular order. In scripts without spaces these are also all runs
 * of one and two characters, for nobody cuts a question as the text was cut.
 */
export function wordsOfText(text: string): string[] {
  const words: string[] = [];
  for (const word of written(text)) {
    const whole = folded(word);
    // Its runs are below, with those across the words' borders.
    if (!unspaced.test(whole) || [...whole].length > 2) words.push(...withStem(whole));
    words.push(...partsOfName(word).flatMap(withStem));
  }
  for (const [run] of folded(text).matchAll(unspacedRuns)) words.push(...shortRuns(run));
  return words;
}

/** The article of every other German sentence; elsewhere a full word, so the table of stop words leaves it out. */
const isCommon = (word: string) => word === "die" || isStopWord(word);

/** Whether a part of a word says anything: what an apostrophe cuts off does not. */
const says = (part: string) => part.length > 1 && !isCommon(part);

/** A word of a question, or the stem of one, and whether it stands in any question and so says nothing of what this one is about. */
export interface QueryWord {
  word: string;
  common: boolean;
}

/**
 * The different words that a question asks for. A long word of a script without spaces is also asked for by its
 * runs of two characters, for the text may have it with another ending or cut otherwise.
 */
export function wordsOfQuery(query: string): QueryWord[] {
  const words = new Map<string, boolean>();
  const add = (word: string, common: boolean) => words.set(word, common && (words.get(word) ?? true));
  for (const word of written(query)) {
    const whole = folded(word);
    const parts = partsOfName(word);
    const common = parts.length > 0 ? !parts.some(says) : isCommon(lowered(word));
    add(whole, common);
    for (const part of parts) add(part, !says(part));
    for (const one of [whole, ...parts]) {
      const stem = stemOf(one);
      if (stem !== null) add(stem, common || !says(one) || !says(stem));
    }
    const characters = [...whole];
    if (unspaced.test(whole) && characters.length > 2) {
      // A word's endings say no more than the word.
      for (const run of shortRuns(whole)) if (run.length > 1) add(run, common || isCommon(run));
    }
  }
  return Array.from(words, ([word, common]) => ({ word, common }));
}

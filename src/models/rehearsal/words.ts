import { isStopWord } from "../stop-words.ts";

/** Characters of a text that are read for words, numbers and quotes: more would hold up everybody else. */
const readCharacters = 4000;

const segmenter = new Intl.Segmenter("en", { granularity: "word" });
const contraction = /['’](?:s|m|d|t|re|ve|ll)$/i;
const runs = /\p{Script=Hangul}+|(?:(?!\p{Script=Hangul})[\p{L}\p{M}])+|\p{N}+/gu;
const hangul = /^\p{Script=Hangul}/u;
const latin = /^\p{Script=Latin}+$/u;
const digits = /^\p{N}+$/u;
const shortHiragana = /^\p{Script=Hiragana}{1,2}$/u;

/** The beginning of a text that is read, in one form of Unicode (full-width digits become plain ones). */
export function readable(text: string): string {
  return text.slice(0, readCharacters).normalize("NFKC");
}

/** One form for singular and plural. Not always a word ("houses" and "house" are both "hou"), only the same. */
function singular(word: string): string {
  if (!latin.test(word) || word === "news") return word;
  let stem = word.replace(/ies?$/, "y");
  for (let before = ""; before !== stem && stem.length > 3; ) {
    before = stem;
    stem = stem.replace(/(?<!s)s$|(?<=[sxzo]|[cs]h)e$/, "");
  }
  return stem;
}

/** All words of a text in order, lower-case and as written otherwise: camelCase, `_`, `-` and digits cut too. */
function cutWords(text: string): string[] {
  const spaced = readable(text)
    .replace(/(\p{Ll}|\p{N})(\p{Lu})/gu, "$1 $2")
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, "$1 $2");
  const words: string[] = [];
  for (const { segment, isWordLike } of segmenter.segment(spaced)) {
    if (isWordLike) words.push(...(segment.replace(contraction, "").toLowerCase().match(runs) ?? []));
  }
  return words;
}

/** All words of a text in order, each in its singular: for finding one text inside another. */
export function allWords(text: string): string[] {
  return cutWords(text).map(singular);
}

/** The words of a text that say what it is about, in a form that two texts can share. */
export function meaningfulWords(text: string): Set<string> {
  const meaningful = new Set<string>();
  for (const whole of cutWords(text)) {
    const [first = "", second = "", ...rest] = whole;
    const word = hangul.test(whole) ? first + second : whole;
    const single = second === "" && rest.length === 0;
    if (single || digits.test(word) || shortHiragana.test(word)) continue;
    if (!isStopWord(word) && !isStopWord(singular(word))) {
      meaningful.add(singular(word));
    }
  }
  return meaningful;
}

/** Whether these words are one single letter that is a word of its own ("a"), so that nobody means it. */
export function stopsAlone(words: readonly string[]): boolean {
  const [word = "", ...rest] = words;
  return rest.length === 0 && word.length === 1 && isStopWord(word);
}

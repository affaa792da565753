import { allWords, readable, stopsAlone } from "./words.ts";

const quotes =
  /"([^"]+)"|“([^“”]+)”|„([^„“”]+)[“”]|«([^«»]+)»|»([^«»]+)«|‘([^‘’]+)’|`([^`]+)`|「([^「」]+)」|『([^『』]+)』|(?<![\p{L}\p{N}])'([^']+)'(?![\p{L}\p{N}])/gu;

/** The quoted parts of a text, in order and without their quotes. */
export function quotedParts(text: string): string[] {
  const parts = [...readable(text).matchAll(quotes)].flatMap((match) => match.slice(1));
  return parts.map((part: string | undefined) => part?.trim() ?? "").filter((part) => part !== "");
}

const withoutSpaces = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;

/** Where a value stands in a text as a whole word or words, however it is written ("in_progress"); else -1. */
function placeOf(value: string, text: string, words: readonly string[]): number {
  if (withoutSpaces.test(value)) return readable(text).toLowerCase().indexOf(readable(value).toLowerCase());
  const wanted = allWords(value);
  if (wanted.length === 0 || stopsAlone(wanted)) return -1;
  return words.findIndex((_, start) => wanted.every((word, offset) => words[start + offset] === word));
}

/**
 * The value that the question names first; of those that begin in one place the longest, since "light green"
 * names "light" too.
 * @param texts the question, and what it is read together with after it.
 */
export function namedChoice(texts: readonly string[], values: readonly unknown[]): unknown {
  for (const text of texts) {
    const words = allWords(text);
    const found = values
      .filter((value) => typeof value === "string" || typeof value === "number")
      .map((value) => ({ value, place: placeOf(String(value), text, words) }))
      .filter(({ place }) => place >= 0)
      .sort((a, b) => a.place - b.place || String(b.value).length - String(a.value).length);
    if (found[0] !== undefined) return found[0].value;
  }
  return undefined;
}

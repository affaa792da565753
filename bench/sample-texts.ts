/**
 * Texts of several languages for the benches: words as often as in real texts (Zipf), most of them made of the
 * language's own syllables or characters. The same number always makes the same text.
 */
import { type Choices, choicesOf } from "../test/crash/choices.ts";

export interface Language {
  name: string;
  /** The words that nearly every text has, the most frequent first. */
  common: readonly string[];
  /** What stands between two words, and at the end of a sentence. */
  space: string;
  stop: string;
  /** The other words, the most frequent first. */
  words: readonly string[];
}

const VOCABULARY = 12_000;

const split = (text: string) => text.split(" ");

/** Different words of one to four of the parts. */
function made(parts: readonly string[], least: number, most: number, seed: number): string[] {
  const choices = choicesOf(seed);
  const words = new Set<string>();
  while (words.size < VOCABULARY) {
    const length = least + choices.below(most - least + 1);
    words.add(Array.from({ length }, () => choices.pick(parts) ?? "").join(""));
  }
  return [...words];
}

/** So many characters from there on in Unicode. */
const characters = (from: number, count: number, step = 1) =>
  Array.from({ length: count }, (_, index) => String.fromCodePoint(from + index * step));

const ENGLISH = split(
  "the of and to in a is that for it as was with be by on not he his but at are this have",
);
const GERMAN = split(
  "die der und in zu den das nicht von sie ist des sich mit dem dass er es ein ich auf so eine",
);
const CHINESE = split("的 一 是 不 了 在 人 有 我 他 这 个 们 中 来 上 大 为 和 国 地 到 以 说");
const JAPANESE = split("の に は を た が で て と し れ さ ある いる も する から な こと として");
const KOREAN = split("이 그 것은 수 있다 하는 및 등 에서 으로 한다 위해 대한 그리고 있는 된다");

const LATIN = split(
  "ba be bi bo ca ce co da de di do fa fe ga ge ha he ka ke la le li lo ma me mi mo na ne ni no",
);
const ENDINGS = split(
  "pa per ra re ri ro sa se si so ta te ti to un ver wa we al an ar el en er in on or st tion",
);

export const LANGUAGES: readonly Language[] = [
  { name: "English", common: ENGLISH, space: " ", stop: ". ", words: made([...LATIN, ...ENDINGS], 2, 4, 1) },
  { name: "German", common: GERMAN, space: " ", stop: ". ", words: made([...ENDINGS, ...LATIN], 2, 5, 2) },
  {
    name: "Chinese",
    common: CHINESE,
    space: "",
    stop: "。",
    words: made(characters(0x4e00, 2500, 3), 1, 3, 3),
  },
  {
    name: "Japanese",
    common: JAPANESE,
    space: "",
    stop: "。",
    words: made(characters(0x4e01, 1800, 4), 2, 2, 4),
  },
  {
    name: "Korean",
    common: KOREAN,
    space: " ",
    stop: ". ",
    words: made(characters(0xac00, 900, 12), 2, 4, 5),
  },
];

/** One of the words of a language: two in five are common ones. */
function wordOf({ common, words }: Language, choices: Choices): string {
  const list = choices.below(5) < 2 ? common : words;
  // The n-th word as often as one in n.
  const rank = Math.floor(list.length ** (choices.below(1_000_000) / 1_000_000));
  return list[rank - 1] ?? "";
}

/** The word that only this text has. */
export const ownWord = (text: number) => `zq${text.toString(36)}x`;

/** Text number so-and-so, of at most so many bytes. The languages take turns. */
export function sampleText(text: number, bytes: number): string {
  const choices = choicesOf(text + 1);
  const language = LANGUAGES[text % LANGUAGES.length];
  if (!language) throw new Error("there are no languages");
  let written = `${ownWord(text)}${language.stop}`;
  for (let left = bytes - Buffer.byteLength(written); ; ) {
    const end = choices.oneIn(12) ? language.stop : language.space;
    const next = wordOf(language, choices) + end;
    left -= Buffer.byteLength(next);
    if (left < 0) return written;
    written += next;
  }
}

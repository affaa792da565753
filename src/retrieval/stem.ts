/** Word forms that mean the same: for want of a language, what endings many languages have are cut off. Pure. */

const latin = /^\p{Script=Latin}+$/u;

/** A stem keeps so many letters; behind -ing and -ed one more, or `king` and `need` would be nothing. */
const SHORTEST = 3;
const SHORTEST_VERB = 4;

/** Plurals and cases: invoices, Kontonummern, Häuser, maisons. */
const ENDINGS = ["s", "e", "n", "er", "em"];
const VERB_ENDINGS = ["ing", "ed"];

/**
 * What a word has in common with its other forms; null for what has no stem of its own. Not always a word (`invoices`
 * and `invoice` are both `invoic`), only the same.
 * @param word in lower case, without marks over its letters
 */
export function stemOf(word: string): string | null {
  if (!latin.test(word)) return null;
  const stem = withoutEndings(word).replace(/y$/, "i");
  return stem === word ? null : stem;
}

function withoutEndings(word: string): string {
  const fits = (ending: string, shortest: number) =>
    word.endsWith(ending) && word.length - ending.length >= shortest;
  const ending =
    VERB_ENDINGS.find((one) => fits(one, SHORTEST_VERB)) ?? ENDINGS.find((one) => fits(one, SHORTEST));
  return ending === undefined ? word : withoutEndings(word.slice(0, -ending.length));
}

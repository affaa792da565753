import { numbersIn } from "./numbers.ts";
import { isRecord } from "./schema.ts";

/** What a function answered: the text as it came, and what that means where it is JSON. */
export interface Output {
  name: string;
  raw: string;
  data: unknown;
}

/** How many values of one output are looked at. */
const mostValues = 10_000;

const looksLikeJson = /^\s*(?:[[{"]|-?\d|(?:true|false|null)\s*$)/;

/** Reads an output: objects, lists, numbers and quoted texts as such, everything else as the text it is. */
export function readOutput(name: string, raw: string): Output {
  if (looksLikeJson.test(raw)) {
    try {
      const data: unknown = JSON.parse(raw);
      return { name, raw, data };
    } catch {
      // It only looked like JSON: a text that begins with a number or a bracket.
    }
  }
  return { name, raw, data: raw.trim() };
}

/** What may stand where a text is wanted: a text that says something, or a number. */
function asText(value: unknown): string | undefined {
  if (typeof value === "number") return String(value);
  return typeof value === "string" && value.trim() !== "" ? value : undefined;
}

/** The text of an output that is not an object or a list; undefined where it is one, or says nothing. */
export function plainText(output: Output): string | undefined {
  // A number keeps the digits it came with: "1.10" is not 1.1, and a long id is not a round one.
  return typeof output.data === "number" ? output.raw.trim() : asText(output.data);
}

/** The values inside an object or list, the outermost first; those of a list go by the list's name. */
function* valuesIn(data: unknown): Generator<{ key: string; value: unknown }> {
  if (typeof data !== "object") return;
  const waiting = [{ key: "", value: data as unknown }];
  for (let next = 0; next < waiting.length && next < mostValues; next += 1) {
    const place = waiting[next];
    if (place === undefined) return;
    yield place;
    const room = mostValues - waiting.length;
    if (Array.isArray(place.value)) {
      for (const value of place.value.slice(0, room)) waiting.push({ key: place.key, value });
    } else if (isRecord(place.value)) {
      for (const [key, value] of Object.entries(place.value).slice(0, room)) waiting.push({ key, value });
    }
  }
}

const bare = (name: string) => name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");

/**
 * The property of a name in the latest output that has one, whichever way the name is written (`order_id`,
 * `orderId`).
 * @param accept turns a value into what is wanted, undefined where it is no such thing.
 */
export function named<Wanted>(
  outputs: readonly Output[],
  name: string,
  accept: (value: unknown) => Wanted | undefined,
): Wanted | undefined {
  for (const output of outputs.toReversed()) {
    for (const { key, value } of valuesIn(output.data)) {
      const wanted = key !== "" && bare(key) === bare(name) ? accept(value) : undefined;
      if (wanted !== undefined) return wanted;
    }
  }
  return undefined;
}

/** `named` for a text, numbers too. */
export function namedText(outputs: readonly Output[], name: string): string | undefined {
  return named(outputs, name, asText);
}

/** The first text inside an object or list. */
export function firstText(output: Output): string | undefined {
  for (const { value } of valuesIn(output.data)) {
    if (typeof value === "string" && value.trim() !== "") return value;
  }
  return undefined;
}

/** The numbers of an output in order; inside an object, what is wholly a number. */
export function numbersOf(output: Output): number[] {
  const text = plainText(output);
  if (typeof output.data === "number") return [output.data];
  if (text !== undefined) return numbersIn(text);
  const numbers: number[] = [];
  for (const { value } of valuesIn(output.data)) {
    if (typeof value === "number") numbers.push(value);
    else if (typeof value === "string" && /^-?\d+(?:\.\d+)?$/.test(value)) numbers.push(Number(value));
  }
  return numbers;
}

/** What was valid with one thing wrong in it, anywhere. */
import fc from "fast-check";

/** JSON texts, so that numbers and keys can stand there that no JavaScript value writes. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    ...[
      "null",
      "true",
      "0",
      "-1",
      "1.5",
      "-0",
      "1e999",
      "-1e999",
      "1e-999",
      "9007199254740993",
      '""',
      "[]",
      "{}",
    ],
    ...['"__proto__"', '"constructor"', '"\\u0000"', '"\\ud800"', '"asst_\\u0000"', '"99999999999999999999"'],
    ...[
      '{"__proto__":{"polluted":true}}',
      '{"constructor":{"prototype":{"polluted":true}}}',
      '{"toString":1}',
    ],
    ...[
      '{"length":1e9}',
      '{"type":"text"}',
      '{"type":{}}',
      '{"then":{}}',
      '{"toJSON":"x"}',
      "[[[[[[[[[[]]]]]]]]]]",
    ],
    ...[`${"[".repeat(150)}${"]".repeat(150)}`, `${'{"a":'.repeat(150)}1${"}".repeat(150)}`],
    ...[`"${"x".repeat(300_000)}"`, `[${"0,".repeat(2000)}0]`, `{${manyKeys(300)}}`],
  ),
  fc.jsonValue().map((value) => JSON.stringify(value)),
  fc.string({ unit: "binary", maxLength: 30 }).map((text) => JSON.stringify(text)),
);

const hostileKey = fc.oneof(
  fc.constantFrom(
    "__proto__",
    "constructor",
    "prototype",
    "toString",
    "stream",
    "id",
    "thread_id",
    "",
    "\u0000",
  ),
  fc.string({ maxLength: 20 }),
);

function manyKeys(count: number): string {
  return Array.from({ length: count }, (_, index) => `"key${index}":${index}`).join(",");
}

type Step = { replace: string } | { add: string; key: string } | { remove: true } | { twice: string };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: hostileText.map((text) => ({ replace: text })) },
  fc.record({ add: hostileText, key: hostileKey }),
  fc.constant({ remove: true as const }),
  hostileText.map((text) => ({ twice: text })),
);

/** The JSON text of a valid value with one place changed. */
export function mutated(valid: fc.Arbitrary<unknown>): fc.Arbitrary<string> {
  return fc.tuple(valid, fc.nat(), step).map(([value, place, how]) => {
    const places = placesIn(value);
    return write(value, places[place % places.length] ?? "", how, "");
  });
}

/** The paths of everything in a value, itself first. */
function placesIn(value: unknown, path = ""): string[] {
  if (typeof value !== "object" || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, inner]) => placesIn(inner, `${path}/${key}`))];
}

function write(value: unknown, target: string, how: Step, path: string): string {
  if (path === target && "replace" in how) return how.replace;
  if (Array.isArray(value)) {
    const items = value.map((item, index) => write(item, target, how, `${path}/${index}`));
    return `[${[...items, ...(path === target && "add" in how ? [how.add] : [])].join()}]`;
  }
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value).flatMap(([key, inner]) => {
    const here = `${path}/${key}`;
    if (here === target && "remove" in how) return [];
    const member = `${JSON.stringify(key)}:${write(inner, target, how, here)}`;
    return here === target && "twice" in how ? [member, `${JSON.stringify(key)}:${how.twice}`] : [member];
  });
  if (path === target && "add" in how) members.push(`${JSON.stringify(how.key)}:${how.add}`);
  return `{${members.join()}}`;
}

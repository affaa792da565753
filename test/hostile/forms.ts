/** Forms with a file, good ones and such with one thing wrong in them. */
import fc from "fast-check";
import { hostileText } from "./mutations.ts";
import { fromSchema } from "./schema-arbitrary.ts";

const BOUNDARY = "between";
const END = `--${BOUNDARY}--\r\n`;

export const FORM_TYPE = `content-type: multipart/form-data; boundary=${BOUNDARY}`;

/** What a form must still lack when it is cut off; without it the form may be whole. */
export const FORM_END = Buffer.byteLength(END);

interface Part {
  /** What stands behind `form-data`. */
  disposition: string;
  content: string;
}

const fileOf = (form: string, name: string, content: string): Part => ({
  disposition: `; name="${form}"; filename="${name}"`,
  content,
});

const fieldOf = (name: string, content: string): Part => ({ disposition: `; name="${name}"`, content });

/** The fields of a value as forms write them: a property of a property is `name[property]`. */
function fieldsOf(value: unknown): Part[] {
  return Object.entries(Object(value)).flatMap(([name, inner]) =>
    typeof inner === "object" && inner !== null
      ? Object.entries(inner).map(([property, innermost]) =>
          fieldOf(`${name}[${property}]`, String(innermost)),
        )
      : [fieldOf(name, String(inner))],
  );
}

/** @param form the name of the field that is the file */
function validParts(form: string, schema: unknown): fc.Arbitrary<Part[]> {
  const name = fc.constantFrom("a.txt", "안녕.md", "../../a b.pdf", "a;b=c.json", "\u202egpj.exe", "%22a%22");
  const file = fc
    .tuple(name, fc.string({ unit: "binary" }))
    .map(([named, text]) => fileOf(form, named, text));
  return fc
    .tuple(fromSchema(schema), file)
    .map(([fields, only]) => [...fieldsOf(fields), only])
    .chain((parts) => fc.shuffledSubarray(parts, { minLength: parts.length, maxLength: parts.length }));
}

function write(parts: Part[], end = END): string {
  const texts = parts.map(
    ({ disposition, content }) =>
      `--${BOUNDARY}\r\ncontent-disposition: form-data${disposition}\r\n\r\n${content}\r\n`,
  );
  return texts.join("") + end;
}

/** Forms that are taken. */
export function validForm(form: string, schema: unknown): fc.Arbitrary<Buffer> {
  return validParts(form, schema).map((parts) => Buffer.from(write(parts)));
}

const hostileName = fc.oneof(
  fc.constantFrom("", ".", "..", "../", "..\\", "/", "\0", "a\0b", "a\tb", "\\", '\\"', "x".repeat(300)),
  fc.constantFrom(
    "%00",
    "a%0D%0Ab",
    "%22",
    "\u202e",
    "\u200f/\u200e",
    "한".repeat(300),
    "C:\\..\\..\\a",
    "a/%2e%2e/b",
  ),
  fc.constantFrom("data", "data[]", "upload_id", "part_0123456789abcdefABCDEF01"),
  fc.constantFrom("__proto__", "constructor", "file[]", "expires_after[", "expires_after[__proto__]", "[a]"),
  fc.constantFrom("purpose[a]", "file_id", "n".repeat(20_000), "\ufeff", "file-0123456789abcdefABCDEF01"),
  fc.string({ unit: "binary", maxLength: 30 }).map((text) => text.replace(/[\r\n"]/g, "_")),
);

type Change = (parts: Part[], place: number) => string;

const without = (parts: Part[], place: number) => parts.filter((_, index) => index !== place);

const change: fc.Arbitrary<Change> = fc.oneof(
  // Nothing at one place, and one place twice: with the file among them no file, and two.
  fc.constant<Change>((parts, place) => write(without(parts, place))),
  fc.constant<Change>((parts, place) => write([...parts, ...parts.slice(place, place + 1)])),
  fc.constant<Change>((parts) => write([...parts, ...parts, ...parts])),
  fc.tuple(hostileName, hostileText).map(
    ([name, text]): Change =>
      (parts) =>
        write([...parts, fieldOf(name, text)]),
  ),
  fc.tuple(hostileName, hostileName).map(
    ([name, named]): Change =>
      (parts) =>
        write([...parts, fileOf(name, named, "x")]),
  ),
  hostileName.map(
    (named): Change =>
      (parts) =>
        write(
          parts.map(({ disposition, content }) => ({
            disposition: disposition.replace(/filename=".*"/, () => `filename="${named}"`),
            content,
          })),
        ),
  ),
  hostileText.map(
    (content): Change =>
      (parts, place) =>
        write(parts.map((part, index) => (index === place ? { ...part, content } : part))),
  ),
  fc
    .constantFrom("", ";", '; name="file', "; name=", '; filename="a"', "; name*=UTF-8''%ff", '; name="\r\n"')
    .map(
      (disposition): Change =>
        (parts, place) =>
          write(parts.map((part, index) => (index === place ? { ...part, disposition } : part))),
    ),
  fc
    .constantFrom("", "--", `--${BOUNDARY}`, `--${BOUNDARY}-`, `--${BOUNDARY}x--\r\n`, `${END}${END}`, "\r\n")
    .map(
      (end): Change =>
        (parts) =>
          write(parts, end),
    ),
  fc.constantFrom("--other", "-between", "--between\r\n--between", "--betwee", "").map(
    (line): Change =>
      (parts, place) => {
        const head = write(parts.slice(0, place), "");
        return head + write(parts.slice(place)).replace(`--${BOUNDARY}`, () => line);
      },
  ),
);

/** A valid form with one thing wrong in it. */
export function mutatedForm(form: string, schema: unknown): fc.Arbitrary<Buffer> {
  return fc
    .tuple(validParts(form, schema), fc.nat(), change)
    .map(([parts, place, how]) => Buffer.from(how(parts, place % parts.length)));
}

/** Headers that name no boundary, another one or none that can be. */
export const brokenFormTypes = fc
  .constantFrom(
    ...[
      "",
      "; boundary",
      "; boundary=",
      '; boundary="',
      "; boundary=other",
      "; boundary=between; boundary=x",
    ],
    ...[`; boundary=${"b".repeat(5000)}`, "; boundary=be tween", "; Boundary=between", "; boundary=\u00ff"],
  )
  .map((parameters) => [`content-type: multipart/form-data${parameters}`]);

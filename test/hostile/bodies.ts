/** Bodies that are not what their headers say, or nothing at all. */
import fc from "fast-check";
import { BODY_LIMIT } from "../../src/service/http/json-body.ts";

/** Bytes made of a valid body: cut short, with bytes that are no UTF-8, in other encodings, or any bytes. */
export function bodyBytes(valid: fc.Arbitrary<unknown>): fc.Arbitrary<Buffer> {
  const text = valid.map((body) => JSON.stringify(body));
  const part = fc.double({ min: 0, max: 1, noNaN: true });
  return fc.oneof(
    fc
      .tuple(text, part)
      .map(([whole, share]) => Buffer.from(whole).subarray(0, Math.floor(whole.length * share))),
    fc.tuple(text, part, fc.uint8Array({ minLength: 1, maxLength: 4 })).map(([whole, share, bytes]) => {
      const buffer = Buffer.from(whole);
      const place = Math.floor(buffer.length * share);
      return Buffer.concat([buffer.subarray(0, place), bytes, buffer.subarray(place)]);
    }),
    text.map((whole) => Buffer.from(whole, "utf16le")),
    text.map((whole) => Buffer.from(`\ufeff${whole}`)),
    text.map((whole) => Buffer.from(`${whole}${whole}`)),
    fc.uint8Array({ maxLength: 64 }).map((bytes) => Buffer.from(bytes)),
    fc
      .constantFrom("NaN", "undefined", "'x'", "{a:1}", "[1,]", "//", " ", "\0", "null", "[]", "1", '"x"')
      .map(Buffer.from),
    { weight: 1, arbitrary: fc.constant(Buffer.alloc(BODY_LIMIT + 1, "x")) },
  );
}

export const bodyHeaders = fc.oneof(
  fc.constant<string[]>([]),
  fc
    .constantFrom(
      ...[
        "text/plain",
        "application/json; charset=latin1",
        "application/json; charset=",
        "APPLICATION/JSON",
        "json",
      ],
      ...[
        "multipart/form-data; boundary=x",
        "multipart/form-data",
        "application/x-www-form-urlencoded",
        "*/*",
        ";",
        "",
      ],
      ...["application/json, application/json", "application/json\t", "application/vnd.api+json"],
    )
    .map((type) => [`content-type: ${type}`]),
  fc.constant<string[]>(["content-encoding: gzip"]),
  fc.constant<string[]>(["content-type: text/plain", "content-type: application/json"]),
);

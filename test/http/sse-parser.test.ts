import assert from "node:assert/strict";
import { SseParser, type SseRecord } from "../../src/http/sse-parser.ts";

const bytes = (text: string) => Buffer.from(text);

/** What a parser makes of pieces, one after the other. */
function parse(...pieces: Uint8Array[]): SseRecord[] {
  const parser = new SseParser();
  return pieces.flatMap((piece) => parser.push(piece));
}

const ALL = [
  "\ufeff: a comment",
  "event: greeting",
  'data: {"text":"Grüße, 世界 🌍"}',
  "",
  ": another, inside of a record",
  "data: first line",
  "data:second line",
  "data:  indented",
  "data",
  "id: 7",
  "retry: 100",
  "unknown: field",
  "",
  "event: without data",
  "",
  "",
  "event: done",
  "data: [DONE]",
  "",
  "",
];

const EXPECTED: SseRecord[] = [
  { event: "greeting", data: '{"text":"Grüße, 世界 🌍"}' },
  { event: "message", data: "first line\nsecond line\n indented\n" },
  { event: "done", data: "[DONE]" },
];

describe("the parser of server-sent events", () => {
  for (const [name, lineEnd] of [
    ["LF", "\n"],
    ["CR LF", "\r\n"],
    ["CR", "\r"],
  ] as const) {
    const whole = bytes(ALL.join(lineEnd));

    it(`reads records with lines that end in ${name}`, () => {
      assert.deepEqual(parse(whole), EXPECTED);
    });

    it(`does not mind where bytes are cut, lines ending in ${name}`, () => {
      for (let cut = 0; cut <= whole.length; cut += 1) {
        assert.deepEqual(parse(whole.subarray(0, cut), whole.subarray(cut)), EXPECTED, `cut at ${cut}`);
      }
    });

    it(`reads a stream byte by byte, lines ending in ${name}`, () => {
      assert.deepEqual(parse(...Array.from(whole, (byte) => Uint8Array.of(byte))), EXPECTED);
    });
  }

  it("hands out a record as soon as it is complete", () => {
    const parser = new SseParser();
    assert.deepEqual(parser.push(bytes("data: 1\n\nda")), [{ event: "message", data: "1" }]);
    assert.deepEqual(parser.push(bytes("ta: 2\n")), []);
    assert.deepEqual(parser.push(bytes("\n")), [{ event: "message", data: "2" }]);
  });

  it("does not hand out a record that was not completed", () => {
    assert.deepEqual(parse(bytes("data: 1\n")), []);
  });

  it("hands it out when it is told that nothing more comes", () => {
    const parser = new SseParser();
    assert.deepEqual(parser.push(bytes("event: last\ndata: 1")), []);
    assert.deepEqual(parser.end(), { event: "last", data: "1" });
    assert.equal(parser.end(), null);
  });

  it("tells of lines that belong to no record", () => {
    const stray: string[] = [];
    const parser = new SseParser(100, (line) => stray.push(line));
    parser.push(bytes("<html>\ndata: 1\n: comment\nretry: 1\n\nnot: a field\n"));
    assert.deepEqual(stray, ["<html>", "not: a field"]);
  });

  for (const [what, pieces] of [
    ["one line", ["data: ", "x".repeat(60), "x".repeat(60)]],
    ["many lines", Array.from({ length: 20 }, () => "data: xxxxxx\n")],
    ["a comment", [`:${"x".repeat(120)}`]],
  ] as const) {
    it(`refuses a record that grows beyond its bound in ${what}`, () => {
      const parser = new SseParser(100);
      assert.throws(
        () => {
          for (const piece of pieces) parser.push(bytes(piece));
        },
        { name: "RangeError", message: "a record has more than 100 characters" },
      );
    });
  }

  it("reads any number of records that are within the bound", () => {
    const parser = new SseParser(100);
    for (let count = 0; count < 100; count += 1) {
      assert.equal(parser.push(bytes(`data: ${"x".repeat(50)}\n\n`)).length, 1);
    }
  });
});

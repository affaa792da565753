import assert from "node:assert/strict";
import { askedRange, contentRange } from "../../../src/service/http/content-range.ts";

/** What headers ask for of ten bytes. */
const asked: [header: string | undefined, expected: ReturnType<typeof askedRange>][] = [
  ["bytes=0-0", { first: 0, last: 0 }],
  ["bytes=2-5", { first: 2, last: 5 }],
  ["bytes=2-", { first: 2, last: 9 }],
  ["bytes=-3", { first: 7, last: 9 }],
  ["bytes=-30", { first: 0, last: 9 }],
  ["bytes=5-99999999999999999999999", { first: 5, last: 9 }],
  ["BYTES = 9-9 ", { first: 9, last: 9 }],
  ["bytes=10-", "none"],
  ["bytes=99999999999999999999999-", "none"],
  ["bytes=-0", "none"],
  [undefined, "all"],
  ["", "all"],
  ["bytes=", "all"],
  ["bytes=-", "all"],
  ["bytes=5-2", "all"],
  ["bytes=99-98", "all"],
  ["bytes=a-b", "all"],
  ["bytes=0-1,3-4", "all"],
  ["items=0-1", "all"],
];

describe("a range of bytes", () => {
  for (const [header, expected] of asked) {
    it(`is understood where a header says ${header}`, () =>
      assert.deepEqual(askedRange(header, 10), expected));
  }

  it("is none of a file without bytes", () => {
    assert.deepEqual([askedRange("bytes=0-", 0), askedRange("bytes=-1", 0)], ["none", "none"]);
  });

  it("is named with the size of the whole", () => {
    assert.equal(contentRange({ first: 2, last: 5 }, 10), "bytes 2-5/10");
    assert.equal(contentRange(null, 10), "bytes */10");
  });
});

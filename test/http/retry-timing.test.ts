import assert from "node:assert/strict";
import { type RetryHeaders, retryDelay } from "../../src/http/retry-timing.ts";

const NOW = Date.parse("2026-11-23T12:00:00Z");
const delay = (headers: RetryHeaders, retry = 0) => retryDelay(retry, headers, NOW, 0);

describe("the delay before a repetition", () => {
  const rows: [string, RetryHeaders, number][] = [
    ["retry-after-ms", { "retry-after-ms": "120" }, 120],
    ["a fraction of a millisecond", { "retry-after-ms": "0.5" }, 0.5],
    ["Retry-After in seconds", { "retry-after": "7" }, 7000],
    ["Retry-After as a date", { "retry-after": "Mon, 23 Nov 2026 12:00:09 GMT" }, 9000],
    ["no delay", { "retry-after": "0" }, 0],
    ["a whole minute", { "retry-after": "60" }, 60_000],
    ["retry-after-ms rather than Retry-After", { "retry-after-ms": "5", "retry-after": "7" }, 5],
    ["Retry-After if retry-after-ms is nonsense", { "retry-after-ms": "soon", "retry-after": "7" }, 7000],
  ];
  for (const [what, headers, expected] of rows) {
    it(`is what the server asks for: ${what}`, () => assert.equal(delay(headers), expected));
  }

  const ignored: RetryHeaders[] = [
    {},
    { "retry-after": "-1" },
    { "retry-after": "" },
    { "retry-after": "Mon, 23 Nov 2026 11:59:59 GMT" },
  ];
  for (const headers of ignored) {
    it(`is our own with ${JSON.stringify(headers)}`, () => assert.equal(delay(headers), 500));
  }

  for (const headers of [
    { "retry-after": "61" },
    { "retry-after": "Mon, 23 Nov 2026 12:02:00 GMT" },
    { "retry-after-ms": "60001" },
  ]) {
    it(`is none where a server asks for more than a minute: ${JSON.stringify(headers)}`, () =>
      assert.equal(delay(headers), null));
  }

  it("doubles from 0.5 s to 8 s", () => {
    assert.deepEqual(
      [0, 1, 2, 3, 4, 5, 9].map((retry) => delay({}, retry)),
      [500, 1000, 2000, 4000, 8000, 8000, 8000],
    );
  });

  it("is up to a quarter shorter by chance", () => {
    assert.deepEqual(
      [0, 0.5, 1].map((random) => retryDelay(1, {}, NOW, random)),
      [1000, 875, 750],
    );
  });
});

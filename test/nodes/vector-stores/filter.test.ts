import assert from "node:assert/strict";
import catalog from "../../../nodes/locales/en-US/config.json" with { type: "json" };
import { filterFlaws, flawOf } from "../../../nodes/vector-stores/filter.ts";

const YEAR = { type: "eq", key: "year", value: 2026 };

describe("a filter of attributes", () => {
  const good: Record<string, object> = {
    comparison: YEAR,
    "comparison with a type that only the service may know": { ...YEAR, type: "like" },
    "list of comparisons": { type: "and", filters: [YEAR, { ...YEAR, type: "ne" }] },
    "list of lists": { type: "or", filters: [{ type: "and", filters: [YEAR] }] },
    "comparison with false": { ...YEAR, value: false },
  };
  for (const [title, filter] of Object.entries(good)) {
    it(`has no flaw as a ${title}`, () => assert.equal(flawOf(filter), undefined));
  }

  const flawed: [unknown, string][] = [
    ["year = 2026", "text"],
    [2026, "no_object"],
    [[YEAR], "list"],
    [undefined, "absent"],
    [{ type: "and", filters: [] }, "no_filters"],
    [{ ...YEAR, value: null }, "wrong_value"],
    [{ ...YEAR, value: { year: 2026 } }, "wrong_value"],
    [{ type: "in", key: "year", value: [2026, true] }, "wrong_value"],
    [{ key: "year", value: 2026 }, "no_type"],
    [{ type: "and", value: 2026 }, "no_filters"],
    [{ type: "or", filters: YEAR }, "no_filters"],
    [{ type: "eq", value: 2026 }, "no_key"],
    [{ type: "eq", key: "year" }, "no_value"],
    [{ type: "and", filters: [YEAR, { type: "or", filters: [{ type: "eq", key: "year" }] }] }, "no_value"],
  ];
  for (const [value, flaw] of flawed) {
    it(`is none: ${JSON.stringify(value)} has the flaw ${flaw}`, () => assert.equal(flawOf(value), flaw));
  }

  it("has a text for each flaw", () => {
    assert.deepEqual(Object.keys(catalog.runtime.filterFlaw).sort(), [...filterFlaws].sort());
  });
});

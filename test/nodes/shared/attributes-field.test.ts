import assert from "node:assert/strict";
import { isAttributes } from "../../../nodes/shared/attributes-field.ts";
import { checkParameters } from "../../../src/service/check.ts";

const PLACE = { vector_store_id: "vs_000000000000000000000000", file_id: "file-000000000000000000000000" };

/** Whether the service takes them, which is asked when the file is there already. */
function areTaken(attributes: unknown): boolean {
  try {
    checkParameters("updateVectorStoreFile", { ...PLACE, attributes });
    return true;
  } catch {
    return false;
  }
}

const pairs = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`key${index}`, index]));

describe("attributes of a file in a vector store", () => {
  const samples: [string, unknown, boolean][] = [
    ["none", {}, true],
    ["a text, a number, true", { a: "x", b: 1, c: true }, true],
    ["16 pairs", pairs(16), true],
    ["17 pairs", pairs(17), false],
    ["a key of 64 characters", { ["k".repeat(64)]: 1 }, true],
    ["a key of 65 characters", { ["k".repeat(65)]: 1 }, false],
    ["a text of 512 characters", { a: "𝒳".repeat(512) }, true],
    ["a text of 513 characters", { a: "x".repeat(513) }, false],
    ["no number", { a: Number.NaN }, false],
    ["an object", { a: {} }, false],
    ["null", { a: null }, false],
    ["a list", [], false],
  ];
  for (const [title, attributes, fit] of samples) {
    it(`${fit ? "may" : "must not"} be ${title}, for the node as for the service`, () => {
      assert.deepEqual([isAttributes(attributes), areTaken(attributes)], [fit, fit]);
    });
  }
});

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import catalog from "../../nodes/locales/en-US/config.json" with { type: "json" };
import { flowErrorCodes } from "../../nodes/shared/flow-error.ts";
import { errorsPage } from "../../scripts/errors/errors-page.ts";

const read = (path: string) => readFileSync(join(import.meta.dirname, "..", "..", path), "utf8");

describe("docs/errors.md", () => {
  it("is what npm run docs:errors writes", () => {
    assert.equal(read("docs/errors.md"), errorsPage());
  });

  it("has a sentence for each code, with nothing left to be filled in", () => {
    const lines = errorsPage()
      .split("\n")
      .filter((line) => line.startsWith("| `"));
    for (const line of lines) assert.match(line, /^\| `\w+` \|( \d* \|)? [^|]{10,} \|$/);
    for (const line of lines) assert.doesNotMatch(line, /__|\{\w+\}/);
  });

  it("is linked from the README", () => {
    assert.match(read("README.md"), /\(docs\/errors\.md\)/);
  });
});

describe("the texts of errors", () => {
  it("are those of the codes, and of the answer to a client whose node was closed", () => {
    assert.deepEqual(Object.keys(catalog.runtime.error).sort(), [...flowErrorCodes, "node_closed"].sort());
  });
});

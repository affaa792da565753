import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { contractPage, unknownToOriginal } from "../../scripts/contract/contract-page.ts";
import { operationNames } from "../../src/contract/operations.ts";

const read = (path: string) => readFileSync(join(import.meta.dirname, "..", "..", path), "utf8");

describe("docs/contract.md", () => {
  it("is what npm run docs:contract writes", () => {
    assert.equal(read("docs/contract.md"), contractPage());
  });

  it("names every operation of the table", () => {
    const page = read("docs/contract.md");
    assert.deepEqual(
      operationNames.filter((name) => !page.includes(`\`${name}\``)),
      [],
    );
  });

  it("leaves no operation out that the original does not have", () => {
    assert.deepEqual(unknownToOriginal(), []);
  });

  it("is linked from the README", () => {
    assert.match(read("README.md"), /\(docs\/contract\.md\)/);
  });
});

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { NEEDED_NODE, requireNode } from "../src/runtime-version.ts";

describe("the needed Node.js", () => {
  for (const version of ["22.19.0", "22.20.1", "24.0.0", "100.0.0"]) {
    it(`may be ${version}`, () => {
      assert.doesNotThrow(() => requireNode(version));
    });
  }

  for (const version of ["22.18.9", "20.20.2", "8.0.0"]) {
    it(`may not be ${version}, which is said in one sentence`, () => {
      const message = `Assistants for Node-RED needs Node.js 22.19.0 or newer; this is ${version}.`;
      assert.throws(() => requireNode(version), { code: "node_too_old", message });
    });
  }

  it("is the one that package.json names", () => {
    const { engines } = JSON.parse(readFileSync(join(import.meta.dirname, "..", "package.json"), "utf8"));
    assert.equal(`${engines.node}.0`, `>=${NEEDED_NODE}`);
  });
});

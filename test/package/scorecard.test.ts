/** What the flow library asks of a package, as far as it can be told without the network. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../architecture/sources.ts";

const read = (...path: string[]) => readFileSync(join(ROOT, ...path), "utf8");
const manifest = JSON.parse(read("package.json"));

const typesOf = (html: string) =>
  Array.from(html.matchAll(/registerType\("([\w-]+)"/g), ([, type]) => type ?? "");

describe("the flow library's scorecard", () => {
  const registered = Object.values<string>(manifest["node-red"].nodes).map((file) => {
    const name = file.replace("dist/nodes/", "").replace(".js", "");
    return { name, html: read("dist", "nodes", `${name}.html`), code: read("nodes", `${name}.ts`) };
  });

  it("finds a licence, a scoped name and the keyword", () => {
    assert.equal(manifest.license, "Apache-2.0");
    assert.match(manifest.name, /^@[\w-]+\//);
    assert.ok(manifest.keywords.includes("node-red"));
  });

  it("finds which Node-RED and Node.js are needed", () => {
    assert.equal(manifest["node-red"].version, ">=4.1");
    assert.equal(manifest.engines.node, ">=22.19");
  });

  it("finds one type in each html, the one that the code registers", () => {
    for (const { name, html, code } of registered) {
      const types = typesOf(html);
      assert.equal(types.length, 1, name);
      assert.ok(code.includes(`"${types[0]}"`), name);
    }
  });

  it("finds every node but the config node in an example", () => {
    const files = readdirSync(join(ROOT, "examples"));
    const used = new Set(
      files.flatMap((file) => JSON.parse(read("examples", file)).map((node: { type: string }) => node.type)),
    );
    const missing = registered.flatMap(({ html }) => typesOf(html)).filter((type) => !used.has(type));
    assert.deepEqual(missing, ["assistants-config"]);
  });

  it("finds a comment in each example, and no other package's nodes", () => {
    const core = [
      "tab",
      "comment",
      "inject",
      "debug",
      "function",
      "catch",
      "change",
      "group",
      "template",
    ].concat(["file", "link in", "link out", "switch"]);
    for (const file of readdirSync(join(ROOT, "examples"))) {
      const types: string[] = JSON.parse(read("examples", file)).map((node: { type: string }) => node.type);
      assert.ok(types.includes("comment"), file);
      const strangers = types.filter((type) => !type.startsWith("assistants-") && !core.includes(type));
      assert.deepEqual(strangers, [], file);
    }
  });
});

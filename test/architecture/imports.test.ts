import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Import, importsOf, ROOT, sourceFiles } from "./sources.ts";

/** Which part of the design may import which; what is not listed may not be. */
const ARROWS: { part: string; from: RegExp; to: RegExp[] }[] = [
  { part: "the contract imports nothing of ours", from: /^src\/contract\//, to: [/^src\/contract\//] },
  {
    part: "what speaks HTTP to servers knows the contract alone",
    from: /^src\/http\//,
    to: [/^src\/http\//, /^src\/contract\//],
  },
  {
    part: "the client knows the contract and HTTP",
    from: /^src\/client\//,
    to: [/^src\/client\//, /^src\/contract\//, /^src\/http\//],
  },
  {
    part: "models know no store and no service",
    from: /^src\/models\//,
    to: [/^src\/models\//, /^src\/contract\//, /^src\/http\//],
  },
  {
    part: "retrieval knows no service",
    from: /^src\/retrieval\//,
    to: [/^src\/retrieval\//, /^src\/contract\//, /^src\/models\/(tokens|stop-words)\.ts$/],
  },
  {
    part: "the service knows a model's interface, and HTTP only in service/http",
    from: /^src\/service\/(?!http\/)/,
    to: [
      /^src\/service\/(?!http\/)/,
      /^src\/contract\//,
      /^src\/retrieval\//,
      /^src\/models\/(model|shortened|tokens)\.ts$/,
    ],
  },
  {
    part: "the service's HTTP knows the contract alone",
    from: /^src\/service\/http\//,
    to: [/^src\/service\/http\//, /^src\/contract\//],
  },
  {
    part: "nodes know the contract and how a model is named; only implementations.ts knows who implements it",
    from: /^nodes\/(?!shared\/implementations\.ts)/,
    to: [/^nodes\//, /^src\/contract\//, /^src\/models\/settings\.ts$/, /^src\/runtime-version\.ts$/],
  },
];

const ours = sourceFiles("src", "nodes");
const imports = ours.flatMap(importsOf);

const show = (found: Import[]) => found.map(({ from, to }) => `${from} imports ${to}`);

describe("the import arrows of the design", () => {
  for (const { part, from, to } of ARROWS) {
    it(part, () => {
      const looked = imports.filter((found) => from.test(found.from) && !found.isPackage);
      assert.ok(looked.length > 0, "no import was looked at");
      assert.deepEqual(show(looked.filter((found) => !to.some((allowed) => allowed.test(found.to)))), []);
    });
  }

  it("an import that points the wrong way would be seen", () => {
    const wrong = importsOf("nodes/shared/implementations.ts").filter((found) =>
      /^src\/service/.test(found.to),
    );
    assert.equal(wrong.length, 1);
  });
});

describe("packages", () => {
  const { dependencies, devDependencies, peerDependencies, peerDependenciesMeta } = JSON.parse(
    readFileSync(join(ROOT, "package.json"), "utf8"),
  );
  const declared = { ...dependencies, ...peerDependencies };

  it("are declared, if code of ours imports them", () => {
    const undeclared = imports.filter(
      ({ to, isPackage, typeOnly }) =>
        isPackage && !to.startsWith("node:") && !(to in declared) && !(typeOnly && to in devDependencies),
    );
    assert.deepEqual(show(undeclared), []);
  });

  it("are used, if they are declared", () => {
    const used = new Set(imports.map(({ to }) => to));
    assert.deepEqual(
      Object.keys(declared).filter((name) => !used.has(name)),
      [],
    );
  });

  it("are left to the user where few need them", () => {
    assert.ok(Object.keys(peerDependencies).every((name) => peerDependenciesMeta[name].optional));
  });

  it("are six at most", () => {
    assert.ok(Object.keys(dependencies).length <= 6);
  });
});

/**
 * Compiles the package into dist/ and lays what Node-RED reads beside the compiled nodes. Where nothing has changed since
 * the last time, nothing is done: what runs from dist/ is not disturbed.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { composeForm } from "./compose-form.ts";

const root = dirname(import.meta.dirname);
const dist = join(root, "dist");
const compiled = join(dist, "nodes");
const stamp = join(root, "node_modules", ".cache", "built");
const tsc = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin", "tsc");

/** Changes with everything that a build is made from. */
function fingerprint(): string {
  const hash = createHash("sha256");
  const single = ["package.json", "package-lock.json", "tsconfig.json", "tsconfig.build.json"];
  const folders = ["src", "nodes", "icons", "scripts"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  for (const file of [...single.map((name) => join(root, name)), ...folders.sort()]) {
    hash.update(`${file}\0`).update(readFileSync(file)).update("\0");
  }
  return hash.digest("hex");
}

function build(): void {
  rmSync(dist, { recursive: true, force: true });
  const built = spawnSync(process.execPath, [tsc, "-p", join(root, "tsconfig.build.json")], {
    stdio: "inherit",
  });
  if (built.status !== 0) process.exit(1);
  const readPart = (name: string) => readFileSync(join(root, "nodes", "forms", name), "utf8");
  for (const name of readdirSync(join(root, "nodes"))) {
    if (!name.endsWith(".html")) continue;
    const form = readFileSync(join(root, "nodes", name), "utf8");
    writeFileSync(join(compiled, name), composeForm(form, basename(name, ".html"), readPart));
  }
  cpSync(join(root, "nodes", "locales"), join(compiled, "locales"), { recursive: true });
  cpSync(join(root, "icons"), join(compiled, "icons"), { recursive: true });
}

const present = fingerprint();
const last = existsSync(dist) && existsSync(stamp) ? readFileSync(stamp, "utf8") : null;
if (last !== present) {
  rmSync(stamp, { force: true });
  build();
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, present);
}

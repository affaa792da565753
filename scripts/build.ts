/** Compiles the package into dist/ and lays what Node-RED reads beside the compiled nodes. */
import { spawnSync } from "node:child_process";
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { composeForm } from "./compose-form.ts";

const root = dirname(import.meta.dirname);
const compiled = join(root, "dist", "nodes");
const tsc = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin", "tsc");

rmSync(join(root, "dist"), { recursive: true, force: true });
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

/**
 * What loading the nodes costs Node-RED before anybody uses them: milliseconds and megabytes against as many
 * empty node modules, each measurement in a process of its own, the two kinds in turn.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const ROUNDS = 15;

const compiled = join(dirname(import.meta.dirname), "dist", "nodes");
const nodes = readdirSync(compiled).filter((name) => name.endsWith(".js"));

const MEASURE = `
  const files = JSON.parse(process.argv[1]);
  const RED = { nodes: { registerType() {} } };
  // Parts of Node.js that Node-RED itself has loaded by then.
  for (const part of ["crypto", "fs/promises", "util"]) await import("node:" + part);
  global.gc();
  const memory = process.memoryUsage().rss;
  const begun = performance.now();
  for (const file of files) (await import(file)).default(RED);
  const milliseconds = performance.now() - begun;
  global.gc();
  console.log(JSON.stringify({ milliseconds, megabytes: (process.memoryUsage().rss - memory) / 2 ** 20 }));`;

interface Cost {
  milliseconds: number;
  megabytes: number;
}

function measure(files: string[]): Cost {
  const options = ["--expose-gc", "--input-type=module", "-e", MEASURE, JSON.stringify(files)];
  return JSON.parse(execFileSync(process.execPath, options, { encoding: "utf8" }));
}

function median(costs: Cost[], part: keyof Cost): number {
  const sorted = costs.map((cost) => cost[part]).sort((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

const directory = mkdtempSync(join(tmpdir(), "assistants-load-"));
const empty = nodes.map((name) => {
  const file = join(directory, name.replace(".js", ".mjs"));
  writeFileSync(
    file,
    "export default function register(RED) { RED.nodes.registerType('empty', function () {}); }",
  );
  return file;
});
const ours: Cost[] = [];
const theirs: Cost[] = [];
for (let round = 0; round < ROUNDS; round += 1) {
  theirs.push(measure(empty));
  ours.push(measure(nodes.map((name) => join(compiled, name))));
}
rmSync(directory, { recursive: true, force: true });

const show = (name: string, costs: Cost[]) =>
  console.log(
    `${name}: ${median(costs, "milliseconds").toFixed(1)} ms, ${median(costs, "megabytes").toFixed(1)} MB`,
  );
console.log(`Loading ${nodes.length} nodes, median of ${ROUNDS} processes each:`);
show("these nodes", ours);
show("empty nodes", theirs);

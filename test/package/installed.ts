/** This package as a user gets it: packed, installed from the tarball, run by the node-red command. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "../architecture/sources.ts";

export const PACKAGE = "@assistants-flow/node-red-openai-assistants";

/** Packs the built package and installs the tarball, as a palette does; no install script may be needed. */
export function installPacked(): { userDir: string; files: string[] } {
  const userDir = mkdtempSync(join(tmpdir(), "assistants-installed-"));
  const arguments_ = ["pack", "--json", "--ignore-scripts", "--pack-destination", userDir];
  const packed = JSON.parse(execFileSync("npm", arguments_, { cwd: ROOT, encoding: "utf8" }));
  const [{ filename, files }] = Array.isArray(packed) ? packed : [Object.values(packed)[0]];
  writeFileSync(join(userDir, "package.json"), JSON.stringify({ name: "user", private: true }));
  const options = ["--ignore-scripts", "--omit=dev", "--no-audit", "--no-fund", "--prefer-offline"];
  execFileSync("npm", ["install", ...options, join(userDir, filename)], { cwd: userDir, stdio: "pipe" });
  const installed = join(userDir, "node_modules", PACKAGE);
  copyFileSync(join(installed, "examples", "weather.json"), join(userDir, "flows.json"));
  return { userDir, files: files.map((file: { path: string }) => file.path) };
}

export interface RunningNodeRed {
  url: string;
  userDir: string;
  /** Fulfilled with the first line of the log that holds the text. */
  logged(text: string): Promise<string>;
  /** Everything that it has printed. */
  log(): string;
  stop(): Promise<void>;
}

/** Runs the node-red command on a free port. */
export async function runNodeRed(userDir: string): Promise<RunningNodeRed> {
  writeFileSync(
    join(userDir, "settings.js"),
    `module.exports = { flowFile: "flows.json", uiHost: "127.0.0.1", uiPort: 0, credentialSecret: false,
       telemetry: { enabled: false, updateNotification: false }, editorTheme: { tours: false } };`,
  );
  const command = createRequire(import.meta.url).resolve("node-red/red.js");
  const child = spawn(process.execPath, [command, "--userDir", userDir], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  for (const output of [child.stdout, child.stderr]) {
    output.on("data", (chunk: Buffer) => {
      printed += chunk.toString();
    });
  }
  const log = followLog(child);
  const line = await log("Server now running at ");
  const url = line.slice(line.indexOf("http")).trim().replace(/\/$/, "");
  await log("Started flows");
  return {
    url,
    userDir,
    logged: log,
    log: () => printed,
    stop: async () => {
      const exited = new Promise((resolve) => child.once("exit", resolve));
      child.kill();
      await exited;
      rmSync(userDir, { recursive: true, force: true });
    },
  };
}

/** Finds lines in what a process says, whether it has said them already or not. */
export function followLog(child: ChildProcess): (text: string) => Promise<string> {
  const lines: string[] = [];
  const listeners = new Set<() => void>();
  let rest = "";
  const take = (chunk: Buffer) => {
    const parts = (rest + chunk.toString()).split("\n");
    rest = parts.pop() ?? "";
    lines.push(...parts);
    for (const listener of listeners) listener();
  };
  child.stdout?.on("data", take);
  child.stderr?.on("data", take);
  const ended = new Promise<never>((_, reject) => {
    child.once("exit", () => reject(new Error(`The process has ended:\n${lines.join("\n")}`)));
  });
  ended.catch(() => {});
  return (text) => {
    const found = new Promise<string>((resolve) => {
      const look = () => {
        const line = lines.find((candidate) => candidate.includes(text));
        if (line === undefined) return;
        listeners.delete(look);
        resolve(line);
      };
      listeners.add(look);
      look();
    });
    return Promise.race([found, ended]);
  };
}

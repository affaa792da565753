/** The service as somebody runs it from a shell: a process of its own, that can be killed. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { type Client, createClient } from "../../src/client/client.ts";
import type { AssistantsApi } from "../../src/contract/api.ts";
import { ROOT } from "../architecture/sources.ts";
import { followLog } from "../package/installed.ts";

export const KEY = "key-of-the-crash-tests";

const CLI = join(ROOT, "src", "cli.ts");

export interface ServiceProcess {
  url: string;
  api: AssistantsApi;
  /** What it has written so far, to both of its outputs. */
  log(): string;
  /** A client of its own, with connections of its own. */
  connect(): Client;
  /** `kill -9`; fulfilled when the process is gone. */
  kill(): Promise<void>;
  /** As a terminal or a service manager stops it; fulfilled with the exit code. */
  stop(): Promise<number | null>;
}

/** Starts the service on a free port and waits until it says that it listens. */
export async function startService(
  directory: string,
  options: string[] = [],
  environment: NodeJS.ProcessEnv = {},
): Promise<ServiceProcess> {
  const given = ["--port", "0", "--data", directory, ...options];
  const env = { ...process.env, ASSISTANTS_API_KEY: KEY, ...environment };
  const child = spawn(process.execPath, [CLI, ...given], { env, stdio: ["ignore", "pipe", "pipe"] });
  const exited = new Promise<number | null>((resolve) => child.once("exit", resolve));
  let written = "";
  for (const output of [child.stdout, child.stderr]) {
    output.on("data", (chunk: Buffer) => {
      written += chunk.toString();
    });
  }
  const line = await followLog(child)("listening on ");
  const url = line.slice(line.indexOf("http")).trim();
  const connect = () => createClient({ dialect: "openai", baseUrl: `${url}/v1`, apiKey: KEY, maxRetries: 0 });
  const client = connect();
  const end = async (signal: NodeJS.Signals) => {
    await client.close();
    child.kill(signal);
    return exited;
  };
  return {
    url,
    api: client.api,
    log: () => written,
    connect,
    kill: async () => {
      child.kill("SIGKILL");
      await exited;
      await client.close();
    },
    stop: () => end("SIGTERM"),
  };
}

export interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** A command that has not ended by then serves, where it should have refused. */
const END_LIMIT_MS = 15_000;

/** Runs the command to its end. */
export function runCli(options: string[], env: NodeJS.ProcessEnv = {}): Promise<Outcome> {
  const child = spawn(process.execPath, [CLI, ...options], {
    env: { ...process.env, ASSISTANTS_API_KEY: "", ...env },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: END_LIMIT_MS,
  });
  const outcome: Outcome = { code: null, stdout: "", stderr: "" };
  child.stdout.on("data", (chunk: Buffer) => {
    outcome.stdout += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    outcome.stderr += chunk.toString();
  });
  return new Promise((resolve) => child.once("close", (code) => resolve({ ...outcome, code })));
}

/** Programs against the official SDK, which know an address and a key, and the service as the README starts it. */
import assert from "node:assert/strict";
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { promisify } from "node:util";
import { ROOT } from "../architecture/sources.ts";
import { followLog } from "../package/installed.ts";
import { temporaryDirectory } from "../service/temporary-directory.ts";

const KEY = "key-of-the-programs";

describe("programs with the official SDK", function () {
  this.timeout(120_000);
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
  let service: ChildProcess;
  let environment: NodeJS.ProcessEnv;

  before(async () => {
    directory = await temporaryDirectory();
    const options = ["--port", "0", "--data", directory.path, "--api-key", KEY];
    // A process group of its own: npm is not the only process that must be stopped.
    service = spawn("npm", ["run", "service", "--", ...options], { cwd: ROOT, detached: true });
    const line = await followLog(service)("listening on ");
    const url = line.slice(line.indexOf("http")).trim();
    environment = { ...process.env, OPENAI_BASE_URL: `${url}/v1`, OPENAI_API_KEY: KEY };
  });

  after(async () => {
    const ended = once(service, "exit");
    if (service.pid !== undefined) process.kill(-service.pid, "SIGTERM");
    await ended;
    await directory[Symbol.asyncDispose]();
  });

  /** What a program prints when it is run as the README says; rejects when it does not end well. */
  async function printed(program: string): Promise<string> {
    const path = join("test", "sdk", "programs", program);
    const { stdout } = await promisify(execFile)("npx", ["node", path], { cwd: ROOT, env: environment });
    return stdout;
  }

  it("lets the weather program answer from its functions", async () => {
    const output = await printed("weather.ts");
    assert.ok(output.includes('get_current_temperature({"location":"Lisbon","unit":"celsius"})'), output);
    assert.ok(output.includes('get_rain_probability({"location":"Lisbon"})'), output);
    const answer = output.trimEnd().split("\n").at(-1) ?? "";
    assert.ok(answer.includes("21 degrees celsius in Lisbon"), answer);
    assert.ok(answer.includes("6 percent in Lisbon"), answer);
  });

  it("streams to the streaming program", async () => {
    const output = await printed("streaming.ts");
    assert.ok(output.startsWith("assistant > function\nget_opening_hours({})\nassistant > "), output);
    assert.ok(output.includes("9 to 17, Mondays closed"), output);
    assert.ok(output.endsWith("\nThe run is completed.\n"), output);
  });
});

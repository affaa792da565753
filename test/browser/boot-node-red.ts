/** The real Node-RED with this repository as an installed package. Needs `npm run build` first. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import packageJson from "../../package.json" with { type: "json" };

const repository = fileURLToPath(new URL("../../", import.meta.url));
const bootSeconds = 60;

/** A Node-RED of its own on loopback; `stop` ends it and removes its user directory. */
export interface RunningNodeRed {
  url: string;
  stop(): Promise<void>;
}

/** Rejects with Node-RED's log when it does not start. */
export async function bootNodeRed(): Promise<RunningNodeRed> {
  const userDir = await mkdtemp(join(tmpdir(), "assistants-editor-"));
  const port = await freePort();
  const settingsFile = await prepareUserDirectory(userDir, port);
  const child = spawn(
    process.execPath,
    [join(repository, "node_modules/node-red/red.js"), "--userDir", userDir, "--settings", settingsFile],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill();
      await once(child, "exit");
    }
    await rm(userDir, { recursive: true, force: true });
  };
  try {
    await started(child);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: `http://127.0.0.1:${port}`, stop };
}

/** Installs the package and writes the settings; the settings file. */
async function prepareUserDirectory(userDir: string, port: number): Promise<string> {
  const installed = join(userDir, "node_modules", packageJson.name);
  await mkdir(dirname(installed), { recursive: true });
  await symlink(repository, installed, "dir");
  const dependencies = { [packageJson.name]: "*" };
  await writeFile(
    join(userDir, "package.json"),
    JSON.stringify({ name: "user", version: "1.0.0", dependencies }),
  );
  const settings = {
    uiHost: "127.0.0.1",
    uiPort: port,
    credentialSecret: "test",
    telemetry: { enabled: false, updateNotification: false },
    editorTheme: { tours: false, palette: { catalogues: [] } },
  };
  const settingsFile = join(userDir, "settings.cjs");
  await writeFile(settingsFile, `module.exports = ${JSON.stringify(settings)};`);
  return settingsFile;
}

async function started(child: ChildProcess): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let log = "";
  const read = (chunk: Buffer) => {
    log += chunk;
    if (log.includes("Started flows")) resolve();
  };
  child.stdout?.on("data", read);
  child.stderr?.on("data", read);
  child.once("error", reject);
  child.once("exit", (code) => reject(new Error(`Node-RED ended with ${code}:\n${log}`)));
  const limit = setTimeout(
    () => reject(new Error(`Node-RED did not start within ${bootSeconds} s:\n${log}`)),
    bootSeconds * 1000,
  );
  await promise.finally(() => clearTimeout(limit));
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  assert.ok(address !== null && typeof address === "object");
  server.close();
  await once(server, "close");
  return address.port;
}

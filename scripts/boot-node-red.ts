/** Node-RED in this process, with this package in its user directory as if it had been installed there. */
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer, type Server } from "node:http";
import { dirname, join, resolve } from "node:path";
import RED from "node-red";

export const PACKAGE_ROOT = dirname(import.meta.dirname);
const PACKAGE_NAME = "@assistants-flow/node-red-openai-assistants";
const FLOW_FILE = "flows.json";
const START_LIMIT_MS = 30_000;

export interface BootSettings {
  /** Made and filled if it is not there. */
  userDir: string;
  /** 0 takes a free one. */
  port: number;
  /** Copied into a user directory that has no flows yet. */
  flowFile: string;
  /** What Node-RED itself may say on the console. */
  logLevel: "info" | "off";
  /** Given each line of Node-RED's log from warnings upwards. */
  onWarning?(line: string): void;
}

export interface BootedNodeRed {
  url: string;
  server: Server;
  stop(): Promise<void>;
}

/** Makes a user directory that finds this package, and has the flow. */
export function prepareUserDirectory(userDir: string, flowFile: string): void {
  const installed = join(userDir, "node_modules", PACKAGE_NAME);
  mkdirSync(dirname(installed), { recursive: true });
  // Made anew where it points elsewhere: the repository may have been moved or copied.
  if (linkTarget(installed) !== PACKAGE_ROOT) {
    rmSync(installed, { recursive: true, force: true });
    symlinkSync(PACKAGE_ROOT, installed, "junction");
  }
  const manifest = join(userDir, "package.json");
  const dependencies = { [PACKAGE_NAME]: "*" };
  if (!existsSync(manifest)) {
    writeFileSync(
      manifest,
      JSON.stringify({ name: "node-red-project", private: true, dependencies }, null, 2),
    );
  }
  if (!existsSync(join(userDir, FLOW_FILE))) copyFileSync(flowFile, join(userDir, FLOW_FILE));
}

function linkTarget(path: string): string | null {
  try {
    return resolve(dirname(path), readlinkSync(path));
  } catch {
    return null;
  }
}

/** The port as a sentence, not a stack, when it cannot be had. */
function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const busy = `Port ${port} is in use, perhaps by one of these that was started before. Stop it, or choose another port: PORT=${port + 1}`;
      reject(error.code === "EADDRINUSE" ? new Error(busy) : error);
    });
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : port);
    });
  });
}

/** Starts Node-RED on loopback; fulfilled when its flows run. */
export async function bootNodeRed(settings: BootSettings): Promise<BootedNodeRed> {
  const { userDir, port, flowFile, logLevel, onWarning = () => {} } = settings;
  const server = createServer();
  const uiPort = await listen(server, port);
  prepareUserDirectory(userDir, flowFile);
  const warnings = {
    level: "warn",
    metrics: false,
    audit: false,
    handler: () => (entry: { msg: unknown }) => onWarning(String(entry.msg)),
  };
  // Node-RED's types lag behind its settings, so these are not checked as a literal.
  const nodeRedSettings = {
    userDir,
    flowFile: FLOW_FILE,
    uiHost: "127.0.0.1",
    uiPort,
    httpAdminRoot: "/",
    httpNodeRoot: "/",
    logging: { console: { level: logLevel, metrics: false, audit: false }, warnings },
    editorTheme: { tours: false, projects: { enabled: false } },
    // Without an editor nobody writes secrets, and nobody reads how they could be kept.
    ...(logLevel === "off" ? { credentialSecret: false as const } : {}),
    telemetry: { enabled: false, updateNotification: false },
  };
  RED.init(server, nodeRedSettings);
  server.on("request", RED.httpAdmin);
  const started = new Promise((resolve) => RED.events.once("flows:started", resolve));
  await RED.start();
  // What the editor does not serve, an http in node may.
  RED.httpAdmin.use(RED.httpNode);
  await withinLimit(started);
  return {
    url: `http://127.0.0.1:${uiPort}`,
    server,
    stop: async () => {
      await RED.stop();
      server.closeAllConnections();
      server.close();
    },
  };
}

async function withinLimit(started: Promise<unknown>): Promise<void> {
  const late = Promise.withResolvers<never>();
  const sentence = `The flow did not start within ${START_LIMIT_MS / 1000} s.`;
  const timer = setTimeout(() => late.reject(new Error(sentence)), START_LIMIT_MS);
  await Promise.race([started, late.promise]).finally(() => clearTimeout(timer));
}

/** Presses the button of an inject node. */
export async function pressInject(url: string, nodeId: string): Promise<void> {
  const response = await fetch(`${url}/inject/${nodeId}`, { method: "POST" });
  if (!response.ok)
    throw new Error(`The inject node ${nodeId} could not be pressed: HTTP ${response.status}.`);
}

/** The first inject node of a flow, which starts it. */
export function firstInject(flow: unknown): string {
  const id = firstOfType(flow, "inject");
  if (id === null) throw new Error("The flow has no inject node that could start it.");
  return id;
}

/** The id of a flow's first node of a type; null where it has none. */
export function firstOfType(flow: unknown, type: string): string | null {
  const nodes: unknown[] = Array.isArray(flow) ? flow : [];
  for (const node of nodes) {
    if (typeof node !== "object" || node === null || !("type" in node && "id" in node)) continue;
    if (node.type === type) return String(node.id);
  }
  return null;
}

/** The port that the environment asks for. */
export function portFromEnvironment(fallback: number): number {
  const written = process.env["PORT"] ?? "";
  if (written === "") return fallback;
  const port = Number(written);
  if (/^\d+$/.test(written) && port <= 65_535) return port;
  throw new Error(`PORT is ${written}; it must be a number from 0 to 65535.`);
}

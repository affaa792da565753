/** A real Node-RED in a process of its own, on a user directory that outlives it. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import packageJson from "../../../package.json" with { type: "json" };
import type { ChildSettings, Order, Reply, Report } from "./protocol.ts";

const repository = fileURLToPath(new URL("../../../", import.meta.url));
const program = fileURLToPath(new URL("child/main.ts", import.meta.url));
const ORDER_LIMIT_MS = 30_000;
const START_LIMIT_MS = 90_000;

export class NodeRedProcess {
  readonly #settings: ChildSettings;
  readonly #onReport: (report: Report) => void;
  #child: ChildProcess | null = null;
  #url = "";
  #version = "";
  #orders = 0;

  private constructor(settings: ChildSettings, onReport: (report: Report) => void) {
    this.#settings = settings;
    this.#onReport = onReport;
  }

  /**
   * Makes a user directory with this package installed, and starts Node-RED there.
   * @param nodeRed the package that is Node-RED
   */
  static async start(nodeRed: string, onReport: (report: Report) => void): Promise<NodeRedProcess> {
    const userDir = await mkdtemp(join(tmpdir(), "assistants-flows-"));
    const installed = join(userDir, "node_modules", packageJson.name);
    await mkdir(dirname(installed), { recursive: true });
    await symlink(repository, installed, "dir");
    const dependencies = { [packageJson.name]: "*" };
    await writeFile(join(userDir, "package.json"), JSON.stringify({ name: "user", dependencies }));
    const process = new NodeRedProcess({ nodeRed, userDir }, onReport);
    await process.start();
    return process;
  }

  /** Where its http in nodes are. */
  get url(): string {
    return this.#url;
  }

  get version(): string {
    return this.#version;
  }

  /** Starts it again after `kill`, with the flow that was deployed last. */
  async start(): Promise<void> {
    const child = fork(program, [JSON.stringify(this.#settings)], {
      serialization: "advanced",
      stdio: "pipe",
    });
    this.#child = child;
    child.setMaxListeners(0);
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        output += text;
      });
    }
    const ready = Promise.withResolvers<void>();
    const timer = setTimeout(
      () => ready.reject(new Error(`Node-RED did not start. ${output}`)),
      START_LIMIT_MS,
    );
    child.once("exit", (code) => ready.reject(new Error(`Node-RED ended with ${code}. ${output}`)));
    child.on("message", (message: Report | Reply<unknown>) => {
      if (!("tells" in message)) return;
      if (message.tells === "ready") {
        this.#url = message.url;
        this.#version = message.version;
        ready.resolve();
      }
      this.#onReport(message);
    });
    try {
      await ready.promise;
    } catch (error) {
      await this.kill();
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Has something done; rejects with why it could not be, or when the process ends before. */
  async order<Value>(order: Order): Promise<Value> {
    const child = this.#child;
    if (!child?.connected) throw new Error("Node-RED does not run.");
    this.#orders += 1;
    const number = this.#orders;
    const done = Promise.withResolvers<Value>();
    const gone = () => done.reject(new Error(`Node-RED ended before it had done: ${order.does}`));
    const take = (reply: Reply<Value>) => {
      if (reply.order !== number) return;
      if ("error" in reply) done.reject(new Error(reply.error));
      else done.resolve(reply.value);
    };
    const late = () => done.reject(new Error(`Node-RED has not done in time: ${order.does}`));
    const timer = setTimeout(late, ORDER_LIMIT_MS);
    child.on("message", take).once("exit", gone);
    child.send({ ...order, order: number });
    try {
      return await done.promise;
    } finally {
      clearTimeout(timer);
      child.off("message", take).off("exit", gone);
    }
  }

  /** How many questions its nodes have noted and not ended. */
  openQuestions(): number {
    const file = join(this.#settings.userDir, "assistants", "flows.db");
    if (!existsSync(file)) return 0;
    const database = new DatabaseSync(file, { readOnly: true, timeout: ORDER_LIMIT_MS });
    try {
      const row = database.prepare("SELECT COUNT(*) AS questions FROM question").get();
      return Number(row?.["questions"]);
    } finally {
      database.close();
    }
  }

  /** `kill -9`; fulfilled when the process is gone. The user directory stays. */
  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "exit");
    child.kill("SIGKILL");
    await exited;
  }

  /** Ends it for good. */
  async dispose(): Promise<void> {
    await this.kill();
    await rm(this.#settings.userDir, { recursive: true, force: true });
  }
}

import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { says } from "../../scripted-model.ts";
import type { FlowNode } from "../node-fields.ts";
import type { RunningFlow } from "../running-flow.ts";
import { type Served, serveModel } from "../served-model.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { byKey, startTalk } from "./talk.ts";

/** Thread nodes, the server that keeps their threads, and where they remember them. */
export class TalkingFlow {
  #served: Served | null = null;
  #disk: Awaited<ReturnType<typeof temporaryDirectory>> | null = null;
  #flow: RunningFlow | null = null;

  get served(): Served {
    assert.ok(this.#served, "the server runs");
    return this.#served;
  }

  /** The user directory. */
  get directory(): string {
    assert.ok(this.#disk, "the test has a directory");
    return this.#disk.path;
  }

  async open(): Promise<void> {
    this.#served = await serveModel([says("Hello.")]);
    this.#disk = await temporaryDirectory();
  }

  async close(): Promise<void> {
    await this.#flow?.[Symbol.asyncDispose]();
    await this.#served?.[Symbol.asyncDispose]();
    await this.#disk?.[Symbol.asyncDispose]();
    this.#flow = null;
  }

  /** Starts the flow, anew if one runs, on the same user directory. */
  async start(nodes: FlowNode[] = [byKey()]): Promise<RunningFlow> {
    await this.#flow?.[Symbol.asyncDispose]();
    this.#flow = await startTalk(this.served, nodes, { userDir: this.directory });
    return this.#flow;
  }

  /** The nodes' database, as another process sees it. */
  openDatabase(): DatabaseSync & Disposable {
    const database = new DatabaseSync(join(this.directory, "assistants", "flows.db"));
    return Object.assign(database, { [Symbol.dispose]: () => database.close() });
  }
}

/** For each test of this suite a server, and a directory for its flows. */
export function useTalkingFlow(): TalkingFlow {
  const talking = new TalkingFlow();
  beforeEach(() => talking.open());
  afterEach(() => talking.close());
  return talking;
}

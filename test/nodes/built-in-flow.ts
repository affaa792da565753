/** Flows on the built-in service, and that service as the flow has it. */
import assert from "node:assert/strict";
import type { SharedService } from "../../nodes/shared/implementations.ts";
import type { Share } from "../../nodes/shared/shared.ts";
import type { AssistantsApi } from "../../src/contract/api.ts";
import { catchAll, type FlowNode, inbox } from "./node-fields.ts";
import { type RunningFlow, runFlow } from "./running-flow.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

/** Where what the nodes send comes out, and what fails in them. */
export const ends = [inbox("out"), inbox("caught"), catchAll()];

export class BuiltInFlow {
  #disk: Awaited<ReturnType<typeof temporaryDirectory>> | null = null;
  #running: { flow: RunningFlow; service: Share<SharedService> } | null = null;

  get flow(): RunningFlow {
    assert.ok(this.#running, "the flow runs");
    return this.#running.flow;
  }

  get api(): AssistantsApi {
    assert.ok(this.#running, "the flow runs");
    return this.#running.service.value.api;
  }

  /** A directory of the test's own. */
  get directory(): string {
    assert.ok(this.#disk, "the test has a directory");
    return this.#disk.path;
  }

  /** Every start of a test has the same user directory, as after a restart. */
  async start(nodes: FlowNode[], settings: object = {}): Promise<void> {
    const flow = await runFlow([...nodes, ...ends], { userDir: this.directory, settings });
    this.#running = { flow, service: await flow.lease() };
  }

  async stop(): Promise<void> {
    await this.#running?.service.release();
    await this.#running?.flow[Symbol.asyncDispose]();
    this.#running = null;
  }

  async openDirectory(): Promise<void> {
    this.#disk = await temporaryDirectory();
  }

  async removeDirectory(): Promise<void> {
    await this.#disk?.[Symbol.asyncDispose]();
    this.#disk = null;
  }
}

/** For each test of this suite a flow that it starts, and that is stopped when the test has ended. */
export function useBuiltInFlow(): BuiltInFlow {
  const running = new BuiltInFlow();
  beforeEach(() => running.openDirectory());
  afterEach(async () => {
    await running.stop();
    await running.removeDirectory();
  });
  return running;
}

/** Flows that speak to a server, and that server. */
import assert from "node:assert/strict";
import type { Script } from "../scripted-model.ts";
import { ends, type FlowNode } from "./node-fields.ts";
import { type RunningFlow, runFlow } from "./running-flow.ts";
import { type Served, serveModel } from "./served-model.ts";

export class ServedFlow {
  #served: Served | null = null;
  #flow: RunningFlow | null = null;

  get served(): Served {
    assert.ok(this.#served, "the server runs");
    return this.#served;
  }

  get flow(): RunningFlow {
    assert.ok(this.#flow, "the flow runs");
    return this.#flow;
  }

  async serve(scripts: Script[]): Promise<void> {
    this.#served = await serveModel(scripts);
  }

  async start(nodes: FlowNode[], tab: object = {}): Promise<void> {
    const { config, credentials } = this.served;
    this.#flow = await runFlow([config, ...nodes, ...ends], { credentials, tab });
  }

  /** Deploys these nodes, of which only those that changed start anew. */
  async deploy(nodes: FlowNode[]): Promise<void> {
    await this.flow.deploy([this.served.config, ...nodes, ...ends]);
  }

  /** Stops the flow, where one runs. */
  async stop(): Promise<void> {
    await this.#flow?.[Symbol.asyncDispose]();
    this.#flow = null;
  }
}

/** For each test of this suite a server, with a model that answers as the scripts say. */
export function useServedFlow(...scripts: Script[]): ServedFlow {
  const running = new ServedFlow();
  beforeEach(() => running.serve(scripts));
  afterEach(async () => {
    await running.stop();
    await running.served[Symbol.asyncDispose]();
  });
  return running;
}

/** A create assistant node, and the server that it speaks to. */
import assert from "node:assert/strict";
import type { NodeMessage } from "node-red";
import type { Assistant } from "../../../src/contract/objects.ts";
import { says } from "../../scripted-model.ts";
import { catchAll, createAssistant, type FlowNode, inbox } from "../node-fields.ts";
import { type RunningFlow, runFlow } from "../running-flow.ts";
import { type Served, serveModel } from "../served-model.ts";

const ends = [inbox("out"), inbox("caught"), catchAll()];
const WRITES = ["createAssistant", "updateAssistant", "deleteAssistant"];

export const node = (fields: object = {}) => createAssistant({ wires: [["out"]], ...fields });

/** The server and the flow of the test that runs. */
class Running {
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

  async serve(): Promise<void> {
    this.#served = await serveModel([says("Hello.")]);
  }

  /** Runs the flow for as long as a test's part takes. */
  async within(nodes: FlowNode[], part: () => Promise<void>, tab: object = {}): Promise<void> {
    const { config, credentials } = this.served;
    await using flow = await runFlow([config, ...nodes, ...ends], { credentials, tab });
    this.#flow = flow;
    await part();
  }
}

/** A server for each test of this suite, to which the flows of the test speak. */
export function useCreateAssistantNode() {
  const running = new Running();
  beforeEach(() => running.serve());
  afterEach(() => running.served[Symbol.asyncDispose]());

  const within = (...part: Parameters<Running["within"]>) => running.within(...part);

  async function pass(msg: NodeMessage = {}): Promise<NodeMessage> {
    running.flow.send("create", msg);
    return running.flow.inbox("out").next();
  }

  const writes = () => running.served.calls.filter((name) => WRITES.includes(name));
  const all = async (): Promise<Assistant[]> => (await running.served.api.listAssistants({})).data;

  return { running, within, pass, writes, all };
}

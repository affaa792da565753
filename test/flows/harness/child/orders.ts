/** What the tests may order. */
import { once } from "node:events";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { AssistantsApi } from "../../../../src/contract/api.ts";
import { writtenRehearsal } from "../../../../src/models/settings.ts";
import type { DeployKind, FlowNode, Order } from "../protocol.ts";
import type { NodeRed, RunningNode } from "./node-red.ts";
import { report } from "./report.ts";

/** Far more than any flow of these tests has nodes in a row. */
const HOPS = 50;

/** Does what is ordered and answers, once. */
export async function obey(RED: NodeRed, userDir: string, order: Order & { order: number }): Promise<void> {
  try {
    report({ order: order.order, value: await carryOut(RED, userDir, order) });
  } catch (error) {
    report({ order: order.order, error: error instanceof Error ? error.message : String(error) });
  }
}

async function carryOut(RED: NodeRed, userDir: string, order: Order): Promise<unknown> {
  switch (order.does) {
    case "deploy":
      return deploy(RED, order.flow, order.kind);
    case "receive":
      return find(RED, order.node).receive(order.msg);
    case "call":
      return call(userDir, order.operation, order.parameters);
    case "settle":
      for (let hop = 0; hop < HOPS; hop += 1) await setImmediate();
      return undefined;
    case "measure":
      return heapInUse();
  }
}

async function deploy(RED: NodeRed, flows: FlowNode[], deploymentType: DeployKind): Promise<void> {
  const started = once(RED.events, "flows:started");
  await RED.runtime.flows.setFlows({ flows: { flows }, deploymentType });
  await started;
}

function find(RED: NodeRed, nameOrId: string): RunningNode {
  const ids = [nameOrId];
  RED.nodes.eachNode(({ id, name }) => void (name === nameOrId && ids.push(id)));
  const found = ids.map((id) => RED.nodes.getNode(id)).find((node) => node);
  if (!found) throw new Error(`The flow has no node "${nameOrId}".`);
  return found;
}

/** Asks the built-in service, which is opened for this if no node has it open. */
async function call(userDir: string, operation: keyof AssistantsApi, parameters: object): Promise<unknown> {
  const shared: typeof import("../../../../nodes/shared/implementations.ts") = await import(
    new URL("../../../../dist/nodes/shared/implementations.js", import.meta.url).href
  );
  const lease = await shared.acquire({
    service: "embedded",
    directory: join(userDir, "assistants"),
    model: writtenRehearsal(),
    retention: { threadDays: 0, runDays: 0 },
  });
  try {
    const method: (given: object) => Promise<unknown> = Reflect.get(Object(lease.value.api), operation);
    return await method(parameters);
  } finally {
    await lease.release();
  }
}

function heapInUse(): number {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
  return process.memoryUsage().heapUsed;
}

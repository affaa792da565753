/** Flows of thread nodes that find threads by keys, and what they write. */
import assert from "node:assert/strict";
import type { NodeMessage } from "node-red";
import type { OperationName } from "../../../src/contract/operations.ts";
import { ends, type FlowNode, thread } from "../node-fields.ts";
import { type RunningFlow, runFlow } from "../running-flow.ts";
import type { Served } from "../served-model.ts";

/** A thread node that finds its thread by `msg.topic`. */
export const byKey = (fields: object = {}): FlowNode =>
  thread({ operation: "getOrCreate", wires: [["out"]], ...fields });

/** Starts these nodes, with an inbox "out" for what they send and "caught" for what fails. */
export function startTalk(
  served: Served,
  nodes: FlowNode[],
  options: { userDir: string; contextStorage?: object },
): Promise<RunningFlow> {
  return runFlow([served.config, ...nodes, ...ends], { credentials: served.credentials, ...options });
}

export interface Talked {
  id: string;
  created: unknown;
}

/** Which thread a message has come out with, and whether it was made for it. */
export function threadOf({ thread: found, threadCreated }: NodeMessage & Record<string, unknown>): Talked {
  assert.ok(typeof found === "object" && found !== null && "id" in found);
  return { id: String(found.id), created: threadCreated };
}

/** Sends a message with this topic. Node-RED's type knows texts only, and anything comes in a message. */
export function sendTopic(flow: RunningFlow, topic: unknown, node = "thread"): void {
  const msg: NodeMessage = {};
  Object.assign(msg, { topic });
  flow.send(node, msg);
}

/** Sends a message with this key through a node, and says which thread it comes out with. */
export async function talk(flow: RunningFlow, topic: unknown, node = "thread"): Promise<Talked> {
  sendTopic(flow, topic, node);
  return threadOf(await flow.inbox("out").next());
}

/** How often an operation arrived at the server. */
export const count = (served: Served, name: OperationName) =>
  served.calls.filter((called) => called === name).length;

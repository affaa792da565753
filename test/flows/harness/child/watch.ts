import type { SeenMessage } from "../protocol.ts";
import type { Delivery, NodeRed } from "./node-red.ts";
import { report } from "./report.ts";

/** Tells of each message that comes to a debug node, and of each status. */
export function watch(RED: NodeRed): void {
  RED.hooks.add("onReceive.tests", ({ msg, destination: { node } }: Delivery) => {
    if (node.type === "debug") report({ tells: "arrived", box: node.name ?? node.id, msg: copyOf(msg) });
  });
  RED.events.on("node-status", ({ id, status }: { id: string; status?: { text?: string } }) => {
    const node = RED.nodes.getNode(id)?.name || id;
    report({ tells: "status", node, text: status?.text ?? "" });
  });
}

/** What can be copied; of the rest, a connection for one, only that it is there. */
function copyOf(msg: SeenMessage): SeenMessage {
  return Object.fromEntries(Object.entries(msg).map(([name, value]) => [name, copyOfValue(value)]));
}

function copyOfValue(value: unknown): unknown {
  try {
    return structuredClone(value);
  } catch {
    return `[${typeof value}]`;
  }
}

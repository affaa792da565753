import type { Node, NodeAPI } from "node-red";

/** Nodes that hand messages on by other ways than their wires. Those of a subflow lead in and out of it. */
const OTHER_WAYS = ["link out", "link call"];

/** As the runtime keeps it: for each port the ids of the nodes that it leads to. */
interface Wired {
  wires: string[][];
}

const isWired = (node: Node): node is Node & Wired => "wires" in node && Array.isArray(node.wires);

/**
 * Whether messages may come from a node to a run node. True also where it cannot be told, because they go on
 * through links.
 */
export function leadsToRun(RED: NodeAPI, from: Node): boolean {
  const seen = new Set<string>();
  const ahead: Node[] = [from];
  for (let node = ahead.pop(); node; node = ahead.pop()) {
    if (node.type === "assistants-run" || OTHER_WAYS.includes(node.type)) return true;
    if (!isWired(node)) return true;
    for (const id of node.wires.flat()) {
      if (seen.has(id)) continue;
      seen.add(id);
      const next = RED.nodes.getNode(id);
      // A node that is disabled takes nothing.
      if (next) ahead.push(next);
    }
  }
  return false;
}

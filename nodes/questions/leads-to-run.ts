import type { Node, NodeAPI, NodeDef } from "node-red";

/**
 * Nodes that keep messages, or make one of several: what comes to them need not come to the run node, or not soon,
 * so nobody should wait for it.
 */
const KEEPERS = ["join", "batch", "delay", "trigger", "sort"];

/** As the runtime keeps it: for each port the ids of the nodes that it leads to. */
interface Wired {
  wires: string[][];
}

const isWired = (node: Node): node is Node & Wired => "wires" in node && Array.isArray(node.wires);

/** The link in nodes that a link out or link call node leads to; they stand in its definition alone. */
function linksOf(RED: NodeAPI, id: string): string[] {
  let links: unknown[] = [];
  RED.nodes.eachNode((definition: NodeDef) => {
    if (definition.id === id && "links" in definition && Array.isArray(definition.links)) {
      links = definition.links;
    }
  });
  return links.map(String);
}

/** Whether each message that a node sends may come to a run node at once: by wires, through subflows and links. */
export function leadsToRun(RED: NodeAPI, from: Node): boolean {
  const seen = new Set<string>();
  const ahead: Node[] = [from];
  for (let node = ahead.pop(); node; node = ahead.pop()) {
    if (node.type === "assistants-run") return true;
    if (KEEPERS.includes(node.type)) continue;
    const links = ["link out", "link call"].includes(node.type) ? linksOf(RED, node.id) : [];
    for (const id of [...links, ...(isWired(node) ? node.wires.flat() : [])]) {
      if (seen.has(id)) continue;
      seen.add(id);
      // A node that is disabled takes nothing.
      const next = RED.nodes.getNode(id);
      if (next) ahead.push(next);
    }
  }
  return false;
}

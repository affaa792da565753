import type { Node, NodeAPI, NodeDef } from "node-red";
import { requireNode } from "../src/runtime-version.ts";
import { createApiNode, onEachMessage } from "./shared/api-node.ts";

interface ThreadDefinition extends NodeDef {
  config: string;
}

/** Begins a conversation. */
export default function register(RED: NodeAPI): void {
  requireNode();
  RED.nodes.registerType("assistants-thread", function (this: Node, definition: ThreadDefinition) {
    RED.nodes.createNode(this, definition);
    const apiNode = createApiNode(RED, this, definition.config);
    onEachMessage(apiNode, async (api, msg) => {
      msg["thread"] = await api.createThread({}, { signal: apiNode.closed });
      msg["threadCreated"] = true;
    });
  });
}

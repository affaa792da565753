import type { Node, NodeAPI } from "node-red";
import { requireNode } from "../src/runtime-version.ts";
import { cancelActiveRun } from "./questions/cancel.ts";
import { RunController } from "./questions/run-controller.ts";
import { type RunDefinition, readThread } from "./questions/run-fields.ts";
import { createApiNode, onEachMessage } from "./shared/api-node.ts";
import { flowError } from "./shared/flow-error.ts";

/** Asks an assistant, lets the flow answer its tool calls, and sends out its answer; or cancels. */
export default function register(RED: NodeAPI): void {
  requireNode();
  RED.nodes.registerType("assistants-run", function (this: Node, definition: RunDefinition) {
    RED.nodes.createNode(this, definition);
    if (definition.operation === "cancel") prepareCancel(RED, this, definition);
    else new RunController(RED, this, definition);
  });
}

function prepareCancel(RED: NodeAPI, node: Node, definition: RunDefinition): void {
  const apiNode = createApiNode(RED, node, definition.config);
  onEachMessage(apiNode, async (api, msg) => {
    const thread = await readThread(RED, node, definition, msg);
    const run = await cancelActiveRun(RED, api, thread, apiNode.closed);
    if (!run) throw flowError(RED, "no_active_run", { thread });
    msg["run"] = run;
  });
}

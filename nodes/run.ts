import type { Node, NodeAPI } from "node-red";
import { requireNode } from "../src/runtime-version.ts";
import { cancelActiveRun } from "./questions/cancel.ts";
import { RunController } from "./questions/run-controller.ts";
import { type RunDefinition, readThread } from "./questions/run-fields.ts";
import { createApiNode, onEachMessage, type Work } from "./shared/api-node.ts";
import { requireId } from "./shared/fields.ts";
import { flowError } from "./shared/flow-error.ts";

/** Asks an assistant, lets the flow answer its tool calls, and sends out its answer; or sees to the runs of a thread. */
export default function register(RED: NodeAPI): void {
  requireNode();
  RED.nodes.registerType("assistants-run", function (this: Node, definition: RunDefinition) {
    RED.nodes.createNode(this, definition);
    const { operation } = definition;
    if (operation === "run") new RunController(RED, this, definition);
    else prepareOperation(RED, this, definition, operation);
  });
}

function prepareOperation(
  RED: NodeAPI,
  node: Node,
  definition: RunDefinition,
  operation: Exclude<RunDefinition["operation"], "run">,
): void {
  const apiNode = createApiNode(RED, node, definition.config);
  const options = { signal: apiNode.closed };
  const operations: Record<typeof operation, Work> = {
    cancel: async (api, msg) => {
      const thread = await readThread(RED, node, definition, msg);
      const run = await cancelActiveRun(RED, api, thread, apiNode.closed);
      if (!run) throw flowError(RED, "no_active_run", { thread });
      msg["run"] = run;
    },
    list: async (api, msg) => {
      const thread_id = await readThread(RED, node, definition, msg);
      const { limit = 20, order = "desc" } = definition;
      msg["runs"] = (await api.listRuns({ thread_id, limit: Number(limit), order }, options)).data;
    },
    retrieve: async (api, msg) => {
      const thread_id = await readThread(RED, node, definition, msg);
      const field = { value: definition.run ?? "run", type: definition.runType ?? "msg" };
      const run_id = await requireId(RED, node, field, msg, "run_missing");
      msg["run"] = await api.getRun({ thread_id, run_id }, options);
    },
  };
  onEachMessage(apiNode, operations[operation]);
}

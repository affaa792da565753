import type { Node, NodeAPI, NodeDef, NodeMessage, NodeMessageInFlow } from "node-red";
import { requireNode } from "../src/runtime-version.ts";
import { openCallOf } from "./questions/open-calls.ts";
import { type ArgumentCheck, argumentCheck, undeclared } from "./shared/argument-check.ts";
import { flowError } from "./shared/flow-error.ts";
import { type FunctionNode, isFunctionNode, parametersOf } from "./shared/function-node.ts";

interface ToolCallDefinition extends NodeDef {
  functionName: string;
  description: string;
  parameters: string;
  /** How many seconds an answer may take; empty for what the run node says. */
  timeout?: string | number;
}

/** As the runtime keeps it, up to date where a subflow is wired anew. */
interface Wired {
  /** For each port the ids of the nodes that it leads to. */
  wires: string[][];
}

const OTHERS_PORT = 1;
const LONGEST_SECONDS = 604_800;

/**
 * Declares a function, and is where its calls arrive. Those with arguments that fit leave by the first port, with
 * defaults filled in; the others are refused, and the flow does not see them. What is no call of this function
 * leaves by the second port.
 */
export default function register(RED: NodeAPI): void {
  requireNode();
  RED.nodes.registerType(
    "assistants-tool-call",
    function (this: Node & FunctionNode & Wired, definition: ToolCallDefinition) {
      RED.nodes.createNode(this, definition);
      const { functionName: name, description } = definition;
      const parameters = parametersOf(RED, name, definition.parameters);
      if (parameters instanceof Error) this.error(parameters.message);
      this.functionDefinition = parameters instanceof Error ? parameters : { name, description, parameters };
      const seconds = limitOf(definition.timeout);
      if (seconds === undefined) this.error(RED._("tool-call.error.timeout"));
      const check = lazyCheck(RED, this, name, parameters);

      const pass = async (msg: NodeMessageInFlow, send: (msgs: (NodeMessageInFlow | null)[]) => void) => {
        if (calledFunction(msg) !== name) {
          tellPassed(RED, this, msg);
          return send([null, msg]);
        }
        // At once, however long the check takes to load.
        openCallOf(msg)?.taken(seconds ?? null);
        const checked = (await check())(msg.payload);
        if ("misfit" in checked) {
          openCallOf(msg)?.refuse(checked.misfit);
          this.warn(RED._("tool-call.warning.refused", { name, reason: checked.misfit }));
          return;
        }
        msg.payload = checked.fitting;
        // The call as the flow gets it: an error that comes back with just this payload has no result of its own.
        const call: object = Object(msg["toolCall"]);
        if ("arguments" in call) msg["toolCall"] = { ...call, arguments: structuredClone(checked.fitting) };
        send([msg, null]);
      };
      this.on("input", (msg, send, done) => {
        pass(msg, send)
          .then(() => done(), done)
          .catch((error: unknown) => RED.log.error(String(error)));
      });
    },
  );
}

/** Made with the first call, because it takes the schema library. Where it cannot be made it refuses all calls. */
function lazyCheck(
  RED: NodeAPI,
  node: Node,
  name: string,
  parameters: Record<string, unknown> | Error,
): () => Promise<ArgumentCheck> {
  const refuseAll: ArgumentCheck = () => ({ misfit: undeclared(name) });
  const make = async () => {
    if (parameters instanceof Error) return refuseAll;
    try {
      return await argumentCheck(name, parameters);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      node.error(flowError(RED, "function_parameters_invalid", { name, reason }).message);
      return refuseAll;
    }
  };
  let made: Promise<ArgumentCheck> | null = null;
  return () => {
    made ??= make();
    return made;
  };
}

/** The seconds in the field; null where it is empty, undefined where it holds no time limit. */
function limitOf(written: string | number | undefined): number | null | undefined {
  if (written === undefined || String(written).trim() === "") return null;
  const seconds = Number(written);
  return seconds >= 1 && seconds <= LONGEST_SECONDS ? seconds : undefined;
}

function calledFunction({ toolCall }: NodeMessage & { toolCall?: unknown }): unknown {
  const isCall = typeof toolCall === "object" && toolCall !== null && "function" in toolCall;
  return isCall ? toolCall.function : null;
}

/** Says how a call has fared that is another function's. */
function tellPassed(RED: NodeAPI, node: Wired, msg: NodeMessage): void {
  // A wire to a node that is disabled leads nowhere.
  const next = (node.wires[OTHERS_PORT] ?? []).map((id) => RED.nodes.getNode(id)).filter((found) => found);
  if (next.length === 0) openCallOf(msg)?.missed();
  // A tool call node will speak for itself.
  else if (!next.every(isFunctionNode)) openCallOf(msg)?.left();
}

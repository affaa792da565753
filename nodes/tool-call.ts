import type { Node, NodeAPI, NodeDef } from "node-red";
import { requireNode } from "../src/runtime-version.ts";
import { type FunctionNode, parametersOf } from "./shared/function-node.ts";

interface ToolCallDefinition extends NodeDef {
  functionName: string;
  description: string;
  parameters: string;
}

/** Declares a function, and is where its calls arrive: they leave by the first port, all others by the second. */
export default function register(RED: NodeAPI): void {
  requireNode();
  RED.nodes.registerType(
    "assistants-tool-call",
    function (this: Node & FunctionNode, definition: ToolCallDefinition) {
      RED.nodes.createNode(this, definition);
      const parameters = parametersOf(RED, definition.functionName, definition.parameters);
      if (parameters instanceof Error) this.error(parameters.message);
      this.functionDefinition =
        parameters instanceof Error
          ? parameters
          : { name: definition.functionName, description: definition.description, parameters };
      this.on("input", (msg, send, done) => {
        const { toolCall } = msg;
        const called = typeof toolCall === "object" && toolCall !== null && "function" in toolCall;
        const own = called && toolCall.function === definition.functionName;
        send(own ? [msg, null] : [null, msg]);
        done();
      });
    },
  );
}

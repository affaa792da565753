import type { Node, NodeAPI } from "node-red";
import type { FunctionDefinition } from "../../src/contract/objects.ts";
import { type FlowError, flowError } from "./flow-error.ts";
import { schemaProblem } from "./parameters-schema.ts";
import { isObject } from "./schema-keywords.ts";

/** What a tool call node offers: its function, or what is wrong with how it was declared. */
export interface FunctionNode {
  functionDefinition: FunctionDefinition | FlowError;
}

/** Whether a node is a tool call node. */
export function isFunctionNode(node: Node | null | undefined): node is Node & FunctionNode {
  return node?.type === "assistants-tool-call" && "functionDefinition" in node;
}

/** The JSON Schema that was written in the editor, or the error that says why it is none. */
export function parametersOf(
  RED: NodeAPI,
  name: string,
  written: string,
): Record<string, unknown> | FlowError {
  try {
    const parsed: unknown = JSON.parse(written.trim() || '{"type":"object","properties":{}}');
    // What the API asks for: the arguments of a call are the properties of one object.
    const isSchema = isObject(parsed) && parsed["type"] === "object";
    const problem = isSchema ? schemaProblem(parsed) : "";
    if (isSchema && problem === null) return parsed;
    return flowError(RED, "function_parameters_invalid", { name, reason: problem ?? "" });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return flowError(RED, "function_parameters_invalid", { name, reason });
  }
}

/**
 * The functions that the chosen tool call nodes declare.
 * @param node the node that chose them; in a subflow each copy of it has copies of its own
 * @throws FlowError when one is gone, wrong or doubled
 */
export function chosenFunctions(RED: NodeAPI, node: Node, ids: string[]): FunctionDefinition[] {
  const definitions = ids.map((id) => {
    const found = RED.nodes.getNode(`${node.z}-${id}`) ?? RED.nodes.getNode(id);
    if (!isFunctionNode(found)) throw flowError(RED, "function_missing", { id });
    if (found.functionDefinition instanceof Error) throw found.functionDefinition;
    return found.functionDefinition;
  });
  const names = new Set<string>();
  for (const { name } of definitions) {
    if (names.has(name)) throw flowError(RED, "function_twice", { name });
    names.add(name);
  }
  return definitions;
}

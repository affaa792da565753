/** What the tests and a Node-RED in a process of its own say to each other. */
import type { OperationName } from "../../../src/contract/operations.ts";
import type { BegunRun } from "./observed-api.ts";

/** A node as it stands in a flow. */
export interface FlowNode {
  id: string;
  type: string;
  name?: string;
  [field: string]: unknown;
}

/** As in the editor's deploy menu: everything anew, the changed tabs, or the changed nodes. */
export type DeployKind = "full" | "flows" | "nodes";

/** A message as it passed, as far as it can be copied. */
export interface SeenMessage {
  _msgid?: string;
  payload?: unknown;
  [property: string]: unknown;
}

export interface ChildSettings {
  /** The package that is Node-RED. */
  nodeRed: string;
  userDir: string;
}

/** What the child is asked to do; each is answered once. */
export type Order =
  | { does: "deploy"; flow: FlowNode[]; kind: DeployKind }
  /** Gives a node a message, found by its name or id. An inject node takes any for a press of its button. */
  | { does: "receive"; node: string; msg: SeenMessage }
  | { does: "call"; operation: OperationName; parameters: object }
  /** Does nothing, once everything that was on its way from node to node has arrived. */
  | { does: "settle" }
  /** The bytes of the heap that are in use, after a collection. */
  | { does: "measure" };

/** Of an order, by its number: what it came to, or why it could not be done. */
export type Reply<Value> = { order: number; value: Value } | { order: number; error: string };

/** What the child tells unasked. */
export type Report =
  | { tells: "ready"; url: string; version: string }
  /** A message has come to a debug node. */
  | { tells: "arrived"; box: string; msg: SeenMessage }
  | { tells: "asked"; question: string }
  | { tells: "begun"; run: BegunRun }
  /** Something of the level "warn" or above in Node-RED's log, or an error that nobody caught. */
  | { tells: "logged"; text: string }
  | { tells: "status"; node: string; text: string };

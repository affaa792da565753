/** Node-RED of either version, as far as it is used here: its own types cover less. */

import type { EventEmitter } from "node:events";
import type { RequestListener, Server } from "node:http";
import { createRequire } from "node:module";
import type { DeployKind, FlowNode, SeenMessage } from "../protocol.ts";

export interface RunningNode {
  id: string;
  type: string;
  name?: string;
  receive(msg: SeenMessage): void;
}

/** A message on its way into a node. */
export interface Delivery {
  msg: SeenMessage;
  destination: { id: string; node: RunningNode };
}

export interface NodeRed {
  version(): string;
  events: EventEmitter;
  hooks: { add(name: string, handler: (event: Delivery) => void): void };
  nodes: {
    getNode(id: string): RunningNode | null;
    eachNode(visit: (node: FlowNode) => void): void;
  };
  httpNode: RequestListener;
  runtime: {
    flows: {
      setFlows(deploy: { flows: { flows: FlowNode[] }; deploymentType: DeployKind }): Promise<unknown>;
    };
  };
  init(server: Server, settings: object): void;
  start(): Promise<unknown>;
}

export function loadNodeRed(packageName: string): NodeRed {
  return createRequire(import.meta.url)(packageName);
}

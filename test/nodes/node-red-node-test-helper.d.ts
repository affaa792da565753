declare module "node-red-node-test-helper" {
  import type { Node, NodeAPI, NodeStatus } from "node-red";

  export interface LoggedEvent {
    level: number;
    id?: string;
    type?: string;
    msg?: unknown;
  }

  /** A node that the runtime has built. The helper makes it tell what it was made to do. */
  export type RunningNode = Node & {
    on(event: "call:status", listener: (call: { args: [NodeStatus] }) => void): unknown;
  };

  interface Helper {
    settings(userSettings: object): object;
    load(
      register: ((RED: NodeAPI) => unknown)[],
      flow: object[],
      credentials?: Record<string, Record<string, string>>,
    ): Promise<void>;
    setFlows(
      flow: object[],
      type: "full" | "flows" | "nodes",
      credentials?: Record<string, Record<string, string>>,
    ): Promise<void>;
    unload(): Promise<void>;
    getNode(id: string): RunningNode | null;
    log(): { args: LoggedEvent[][] };
  }

  const helper: Helper;
  export default helper;
}

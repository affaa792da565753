declare module "@node-red/nodes/core/function/10-function.js" {
  import type { NodeAPI } from "node-red";

  /** Registers Node-RED's own Function node. */
  export default function register(RED: NodeAPI): void;
}

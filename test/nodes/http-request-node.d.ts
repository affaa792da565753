declare module "@node-red/nodes/core/network/21-httprequest.js" {
  import type { NodeAPI } from "node-red";

  /** Registers Node-RED's own http request node. */
  export default function register(RED: NodeAPI): Promise<void>;
}

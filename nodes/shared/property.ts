import type { Node, NodeAPI, NodeMessage } from "node-red";

/**
 * What a typed property holds; context stores may be slow, so it is awaited.
 * Undefined where there is none, also where what should hold it is missing.
 */
export function readProperty(
  RED: NodeAPI,
  node: Node,
  value: string,
  type: string,
  msg: NodeMessage,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    RED.util.evaluateNodeProperty(value, type, node, msg, (error, result: unknown) => {
      // Node-RED fails so for `msg.a.b` where there is no `a`; its contexts say undefined.
      if (error instanceof TypeError && type === "msg") resolve(undefined);
      else if (error) reject(error);
      else resolve(result);
    });
  });
}

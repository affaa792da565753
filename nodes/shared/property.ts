import type { Node, NodeAPI, NodeMessage } from "node-red";

/** A context store may be on another machine; one that says nothing for so long is taken for broken. */
const LIMIT_MS = 30_000;

const isContext = (type: string) => type === "flow" || type === "global";

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
    const late = () => reject(new Error(`${type}.${value} was not read within ${LIMIT_MS / 1000} s`));
    const timer = isContext(type) ? setTimeout(late, LIMIT_MS) : undefined;
    RED.util.evaluateNodeProperty(value, type, node, msg, (error, result: unknown) => {
      clearTimeout(timer);
      // Node-RED fails so for `msg.a.b` where there is no `a`; its contexts say undefined.
      if (error instanceof TypeError && type === "msg") resolve(undefined);
      else if (error) reject(error);
      else resolve(result);
    });
  });
}

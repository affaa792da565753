import type { Node } from "node-red";
import { textKey } from "./texts.ts";

/** A node's status as verbs. Texts are keys, so that each editor shows its own language. */
export class Status {
  readonly #node: Node;

  constructor(node: Node) {
    this.#node = node;
  }

  busy(key: string): void {
    this.#node.status({ fill: "blue", shape: "dot", text: textKey(`status.${key}`) });
  }

  waiting(key: string): void {
    this.#node.status({ fill: "yellow", shape: "ring", text: textKey(`status.${key}`) });
  }

  /** @param shown a whole text, for what has numbers in it */
  done(shown: string): void {
    this.#node.status({ fill: "green", shape: "dot", text: shown });
  }

  failed(): void {
    this.#node.status({ fill: "red", shape: "ring", text: textKey("status.failed") });
  }

  clear(): void {
    this.#node.status({});
  }
}

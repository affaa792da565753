import type { Node, NodeStatus } from "node-red";
import { textKey } from "./texts.ts";

/** A node's status as verbs. Texts are keys, so that each editor shows its own language. */
export class Status {
  readonly #node: Node;
  #shown = "";

  constructor(node: Node) {
    this.#node = node;
  }

  busy(key: string): void {
    this.#show({ fill: "blue", shape: "dot", text: textKey(`status.${key}`) });
  }

  /** @param shown a whole text, for what has numbers in it */
  progress(shown: string): void {
    this.#show({ fill: "blue", shape: "dot", text: shown });
  }

  waiting(key: string): void {
    this.#show({ fill: "yellow", shape: "ring", text: textKey(`status.${key}`) });
  }

  /** @param shown a whole text, for what has numbers in it */
  done(shown: string): void {
    this.#show({ fill: "green", shape: "dot", text: shown });
  }

  /** @param shown a whole text, which names the error's code */
  failed(shown: string): void {
    this.#show({ fill: "red", shape: "ring", text: shown });
  }

  dropped(): void {
    this.#show({ fill: "red", shape: "ring", text: textKey("status.dropped") });
  }

  clear(): void {
    this.#show({});
  }

  /** Every status goes to every editor, so the same is not said twice. */
  #show(status: NodeStatus): void {
    const shown = JSON.stringify(status);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#node.status(status);
  }
}

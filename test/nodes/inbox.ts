import type { Node, NodeMessageInFlow } from "node-red";

/** Longer than anything a flow of these tests waits for; what is late fails its own test and no other. */
const LIMIT_MS = 18_000;

/** What arrives at a node, in order. */
export class Inbox {
  /** All that have arrived so far. */
  readonly arrived: NodeMessageInFlow[] = [];
  readonly #id: string;
  #arrival = Promise.withResolvers<void>();
  #taken = 0;

  constructor(node: Node) {
    this.#id = node.id;
    node.on("input", (msg) => {
      this.arrived.push(msg);
      this.#arrival.resolve();
      this.#arrival = Promise.withResolvers();
    });
  }

  /** The oldest that was not yet taken; waits for it. */
  async next(): Promise<NodeMessageInFlow> {
    const place = this.#taken;
    this.#taken += 1;
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => late.reject(new Error(`Nothing arrived at ${this.#id}.`)), LIMIT_MS);
    try {
      for (;;) {
        const msg = this.arrived[place];
        if (msg) return msg;
        await Promise.race([this.#arrival.promise, late.promise]);
      }
    } finally {
      clearTimeout(timer);
    }
  }

  /** The next so many, in the order of their arrival. */
  async take(count: number): Promise<NodeMessageInFlow[]> {
    const taken: NodeMessageInFlow[] = [];
    while (taken.length < count) taken.push(await this.next());
    return taken;
  }
}

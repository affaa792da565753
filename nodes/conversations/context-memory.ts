import { createHash } from "node:crypto";
import type { Node, NodeAPI } from "node-red";
import type { Field } from "../shared/fields.ts";
import type { ConversationMemory } from "./conversation-memory.ts";

/** A store may be on another machine; one that says nothing for so long is taken for broken. */
const LIMIT_MS = 30_000;

/**
 * Conversations in the context of a flow or of all flows, in any store that Node-RED has.
 *
 * Each has a property of its own: a store may keep an object by reading, changing and writing the whole of it, and
 * two conversations that begin together would lose one. A key may have any characters and a property's name may not,
 * so the name ends in a hash, and the value says what it stands for.
 */
export class ContextMemory implements ConversationMemory {
  readonly #context: ReturnType<Node["context"]>["flow"];
  readonly #store: string | undefined;
  readonly #name: string;
  readonly #service: string;
  readonly #limit: number;

  /**
   * @param field a property of `flow` or `global`, which the properties' names begin with
   * @param limit milliseconds that the store has for an answer
   */
  constructor(RED: NodeAPI, node: Node, field: Field, service: string, limit = LIMIT_MS) {
    const context = node.context();
    this.#context = field.type === "global" ? context.global : context.flow;
    const { store, key } = RED.util.parseContextStore(field.value);
    this.#store = store;
    this.#name = key;
    this.#service = service;
    this.#limit = limit;
  }

  async get(key: string): Promise<string | undefined> {
    const value = await this.#answer((answer) => {
      this.#context.get(this.#property(key), this.#store, answer);
    });
    const remembered = typeof value === "object" && value !== null && "thread" in value ? value.thread : null;
    return typeof remembered === "string" ? remembered : undefined;
  }

  set(key: string, threadId: string): Promise<void> {
    return this.#write(key, { service: this.#service, key, thread: threadId });
  }

  /** Node-RED has no other way to remove a property. */
  delete(key: string): Promise<void> {
    return this.#write(key, undefined);
  }

  async #write(key: string, value: unknown): Promise<void> {
    await this.#answer((answer) => this.#context.set(this.#property(key), value, this.#store, answer));
  }

  #property(key: string): string {
    const hash = createHash("sha256")
      .update(JSON.stringify([this.#service, key]))
      .digest("hex");
    return `${this.#name}_${hash.slice(0, 32)}`;
  }

  #answer(ask: (answer: (error: unknown, value?: unknown) => void) => void): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const late = () => reject(new Error(`the context store gave no answer within ${this.#limit} ms`));
      const timer = setTimeout(late, this.#limit);
      ask((error, value) => {
        clearTimeout(timer);
        if (error) reject(error);
        else resolve(value);
      });
    });
  }
}

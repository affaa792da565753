/** Conversations by key: one thread each, made once, whichever node asks and however many messages come at once. */
import type { AssistantsApi } from "../../src/contract/api.ts";
import type { Answers, Thread } from "../../src/contract/objects.ts";
import { toFlowError } from "../shared/api-error.ts";
import type { ApiNode } from "../shared/api-node.ts";
import { flowError } from "../shared/flow-error.ts";
import { ifThere } from "../shared/if-there.ts";
import { ThreadTurns, type Turn, TurnRefused } from "../shared/thread-turns.ts";
import type { ConversationMemory } from "./conversation-memory.ts";

export interface Found {
  thread: Thread;
  /** Whether it was made for this message. */
  created: boolean;
}

/** Whose turn it is on each conversation of each service, for all nodes of this process. */
const turns = new ThreadTurns();

export class Conversations {
  readonly #apiNode: ApiNode;
  readonly #memoryOf: (service: string) => ConversationMemory;
  readonly #underWay = new Set<Promise<unknown>>();
  /** Fulfilled when the last message that has come has its place among those of its key. */
  #placed: Promise<unknown> = Promise.resolve();

  /** @param memoryOf where the conversations of a service are remembered */
  constructor(apiNode: ApiNode, memoryOf: (service: string) => ConversationMemory) {
    this.#apiNode = apiNode;
    this.#memoryOf = memoryOf;
  }

  /** The thread of a key, made where there is none, or none any more. Writes nothing where there is one. */
  getOrCreate(api: AssistantsApi, key: string): Promise<Found> {
    const { closed } = this.#apiNode;
    return this.#inTurn(key, async (memory) => {
      const thread_id = await this.#memorise(memory.get(key));
      const thread = thread_id && (await ifThere(api.getThread({ thread_id }, { signal: closed })));
      if (thread) return { thread, created: false };
      closed.throwIfAborted();
      // Not given up when the node closes: nobody would ever find the thread again.
      const made = await api.createThread({});
      await this.#memorise(memory.set(key, made.id)).catch(async (error: unknown) => {
        await this.#delete(api, made.id).catch((left: unknown) => {
          this.#apiNode.node.warn(toFlowError(left).message);
        });
        throw error;
      });
      return { thread: made, created: true };
    });
  }

  /** Deletes the thread of a key and forgets the key. Null where there is none. */
  forget(api: AssistantsApi, key: string): Promise<Answers["ThreadDeleted"] | null> {
    return this.#inTurn(key, async (memory) => {
      const thread_id = await this.#memorise(memory.get(key));
      if (thread_id === undefined) return null;
      // The thread first: a key that is left without one gets a new one, a thread without a key stays for ever.
      const deleted = await this.#delete(api, thread_id);
      await this.#memorise(memory.delete(key));
      return deleted;
    });
  }

  /** Fulfilled when nothing is under way any more. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#underWay);
  }

  async #inTurn<T>(key: string, work: (memory: ConversationMemory) => Promise<T>): Promise<T> {
    const { service, comes } = await this.#place(key);
    const turn = await comes;
    const done = work(this.#memoryOf(service));
    this.#underWay.add(done);
    try {
      return await done;
    } finally {
      this.#underWay.delete(done);
      turn.release();
    }
  }

  /** One after the other: to find the service's name takes the disk, which answers two at once in either order. */
  #place(key: string): Promise<{ service: string; comes: Promise<Turn> }> {
    const placed = this.#placed.then(async () => {
      const service = await this.#apiNode.connection.identity();
      return { service, comes: this.#turn(service, key) };
    });
    this.#placed = placed.catch(() => {});
    return placed;
  }

  async #turn(service: string, key: string): Promise<Turn> {
    const { RED, closed } = this.#apiNode;
    closed.throwIfAborted();
    try {
      return await turns.take(JSON.stringify([service, key]), closed);
    } catch (error) {
      if (error instanceof TurnRefused) throw flowError(RED, "conversation_queue_full", { key });
      throw error;
    }
  }

  /** One that is gone already is as good as deleted. */
  async #delete(api: AssistantsApi, thread_id: string): Promise<Answers["ThreadDeleted"]> {
    const deleted = await ifThere(api.deleteThread({ thread_id }));
    return deleted ?? { id: thread_id, object: "thread.deleted", deleted: true };
  }

  /** What a memory cannot do is told in one way. */
  async #memorise<T>(asked: Promise<T>): Promise<T> {
    try {
      return await asked;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw flowError(this.#apiNode.RED, "conversation_memory_failed", { reason }, error);
    }
  }
}

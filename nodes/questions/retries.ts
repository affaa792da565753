/**
 * Questions that have failed and come back, because a Catch node leads to a run node. Without a limit one failing
 * question would be asked for ever.
 */
import type { NodeMessage } from "node-red";
import { callOf } from "./sent-calls.ts";

/** The message ids that are remembered; the oldest are forgotten. */
const MAX_REMEMBERED = 10_000;
/** How long the failure of a question is remembered whose message comes back without a word of it. */
const REMEMBERED_MS = 10 * 60 * 1000;

/** The node whose failure a message tells of, by what Catch has put into it; null where there is none. */
export function failedNode(msg: NodeMessage): { id: string; type: string } | null {
  const error = msg["error"];
  if (typeof error !== "object" || error === null || !("source" in error)) return null;
  const { source } = error;
  if (typeof source !== "object" || source === null || !("id" in source && "type" in source)) return null;
  return { id: String(source.id), type: String(source.type) };
}

interface Failure {
  /** What went wrong, as somebody reads it. */
  reason: string;
  /** How often it may still be asked again. */
  left: number;
  until: number;
}

export class Retries {
  readonly #nodeId: string;
  readonly #limit: number;
  /** By the message's id. */
  readonly #failures = new Map<string, Failure>();
  /** The messages that came here from another run node's failure. */
  readonly #taken = new Map<string, Failure>();
  /** The questions that are asked again. */
  readonly #again = new WeakSet<NodeMessage>();

  /** @param limit how often this node asks a question again that it has failed to answer itself */
  constructor(nodeId: string, limit: number) {
    this.#nodeId = nodeId;
    this.#limit = limit;
  }

  /**
   * Whether the message is a question here. One that failed here comes back as often as the limit says, one that
   * failed at another run node once: model A fails, ask model B. What tells of any other node's failure is none,
   * nor what tells of a run node's that was answering a call.
   */
  mayAsk(msg: NodeMessage): boolean {
    const failed = failedNode(msg);
    const id = msg._msgid ?? "";
    if (failed?.id === this.#nodeId || (!failed && this.#remembered(id))) return this.#askAgain(msg, id);
    if (!failed) return true;
    if (failed.type !== "assistants-run" || callOf(msg)) return false;
    const first = !this.#taken.has(id);
    remember(this.#taken, id, { reason: "", left: 0, until: Number.POSITIVE_INFINITY });
    return first;
  }

  /** A question has failed here. */
  failed(msg: NodeMessage, reason: string): void {
    const id = msg._msgid ?? "";
    const left = this.#failures.get(id)?.left ?? 0;
    const more = this.#again.has(msg) ? 0 : this.#limit;
    remember(this.#failures, id, { reason, left: left + more, until: Date.now() + REMEMBERED_MS });
  }

  /** Why a question failed that comes back: as Catch says it, or as it was when it failed here. */
  reasonOf(msg: NodeMessage): string {
    const error: object = Object(msg["error"]);
    if ("message" in error) return String(error.message);
    return this.#failures.get(msg._msgid ?? "")?.reason ?? "";
  }

  /** A question was answered: the next with its message's id is one of its own. */
  answered(msg: NodeMessage): void {
    this.#failures.delete(msg._msgid ?? "");
  }

  #remembered(id: string): boolean {
    return (this.#failures.get(id)?.until ?? 0) > Date.now();
  }

  #askAgain(msg: NodeMessage, id: string): boolean {
    const { left, reason } = this.#failures.get(id) ?? { left: this.#limit, reason: "" };
    const until = Date.now() + REMEMBERED_MS;
    remember(this.#failures, id, { reason, left: Math.max(0, left - 1), until });
    this.#again.add(msg);
    return left > 0;
  }
}

function remember(failures: Map<string, Failure>, id: string, failure: Failure): void {
  failures.delete(id);
  failures.set(id, failure);
  const [oldest] = failures.keys();
  if (failures.size > MAX_REMEMBERED && oldest !== undefined) failures.delete(oldest);
}

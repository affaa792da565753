/**
 * Questions that have failed and come back, because a Catch node leads to a run node. Without a limit one failing
 * question would be asked for ever.
 */
import type { NodeMessage } from "node-red";

/** The message ids that are remembered; the oldest are forgotten. */
const MAX_REMEMBERED = 10_000;

/** The node whose failure a message tells of, by what Catch has put into it; null where there is none. */
export function failedNode(msg: NodeMessage): { id: string; type: string } | null {
  const error = msg["error"];
  if (typeof error !== "object" || error === null || !("source" in error)) return null;
  const { source } = error;
  if (typeof source !== "object" || source === null || !("id" in source && "type" in source)) return null;
  return { id: String(source.id), type: String(source.type) };
}

export class Retries {
  readonly #nodeId: string;
  readonly #limit: number;
  /** How often each question has come back here, by its message's id and who had failed. */
  readonly #seen = new Map<string, number>();

  /** @param limit how often this node asks a question again that it has failed to answer itself */
  constructor(nodeId: string, limit: number) {
    this.#nodeId = nodeId;
    this.#limit = limit;
  }

  /**
   * Whether the message is a question here. One that failed here comes back as often as the limit says, one that
   * failed at another run node once: model A fails, ask model B. What tells of any other node's failure is none.
   */
  mayAsk(msg: NodeMessage): boolean {
    const failed = failedNode(msg);
    if (!failed) return true;
    if (failed.type !== "assistants-run") return false;
    const own = failed.id === this.#nodeId;
    const key = `${own ? "own" : "other"} ${msg._msgid}`;
    const times = (this.#seen.get(key) ?? 0) + 1;
    this.#seen.delete(key);
    this.#seen.set(key, times);
    const [oldest] = this.#seen.keys();
    if (this.#seen.size > MAX_REMEMBERED && oldest !== undefined) this.#seen.delete(oldest);
    return times <= (own ? this.#limit : 1);
  }
}

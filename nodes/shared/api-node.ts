/** What every node that uses the API has in common: one place where input, failure, status and closing meet. */
import type { Node, NodeAPI, NodeMessageInFlow } from "node-red";
import type { AssistantsApi } from "../../src/contract/api.ts";
import { toFlowError } from "./api-error.ts";
import { failureAt } from "./asked-service.ts";
import { Connection } from "./connection.ts";
import { Status } from "./status.ts";
import { text } from "./texts.ts";

export interface ApiNode {
  RED: NodeAPI;
  node: Node;
  connection: Connection;
  status: Status;
  /** Aborted when the node closes. */
  closed: AbortSignal;
}

/** One API operation for one message: changes the message that is then sent on. */
export type Work = (api: AssistantsApi, msg: NodeMessageInFlow) => Promise<void>;

/** How a node parts from what it has under way. */
export interface Parting {
  /** Why everything that is under way is given up. */
  reason?(removed: boolean): Error;
  /** Done when the node closes, while its service is still open. */
  finish?(): Promise<void>;
}

/** Prepares a node that uses the API. */
export function createApiNode(RED: NodeAPI, node: Node, configId: string, parting: Parting = {}): ApiNode {
  const connection = new Connection(RED, configId);
  const closing = new AbortController();
  // Node-RED awaits a close handler only when it takes `done`.
  node.on("close", (removed: boolean, done: () => void) => {
    closing.abort(parting.reason?.(removed));
    const finished = parting.finish?.() ?? Promise.resolve();
    finished
      .finally(() => connection.release())
      .catch((error: unknown) => node.warn(toFlowError(error).message))
      .finally(done);
  });
  return { RED, node, connection, status: new Status(node), closed: closing.signal };
}

/** What a node does beside its work for a message. */
export interface Passage {
  /** Sees a message at once, also while the service must still be opened for its work. */
  arrived?(msg: NodeMessageInFlow): void;
  /** What the status shows when the last message that was under way goes on; by default nothing. */
  shown?(msg: NodeMessageInFlow): string | undefined;
}

/** Does `work` for each message and sends the message on; what fails goes to Catch, once. */
export function onEachMessage(apiNode: ApiNode, work: Work, passage: Passage = {}): void {
  const { node, connection, status, closed } = apiNode;
  let underWay = 0;
  node.on("input", (msg, send, done) => {
    settle(apiNode, done, async () => {
      underWay += 1;
      try {
        status.busy("working");
        passage.arrived?.(msg);
        await work(await connection.api(), msg);
      } finally {
        underWay -= 1;
      }
      closed.throwIfAborted();
      if (underWay === 0) showEnd(status, passage.shown?.(msg));
      send(msg);
    });
  });
}

function showEnd(status: Status, shown: string | undefined): void {
  if (shown === undefined) status.clear();
  else status.done(shown);
}

/**
 * Does what a message asks for and calls its `done`, exactly once: with the error where there is one. A node that
 * was closed meanwhile stays silent. Nothing that goes wrong here may end Node-RED.
 */
export function settle(apiNode: ApiNode, done: (error?: Error) => void, work: () => Promise<void>): void {
  const { RED, connection, closed, status } = apiNode;
  if (closed.aborted) return;
  work()
    .then(
      () => undefined,
      (error: unknown) => failureAt(RED, connection, error),
    )
    .then((failure) => {
      if (closed.aborted) return;
      if (failure) status.failed(text(RED, "status.failed", { code: failure.code }));
      done(failure);
    })
    .catch((error: unknown) => RED.log.error(String(error)));
}

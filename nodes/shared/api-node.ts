/** What every node that uses the API has in common: one place where input, failure, status and closing meet. */
import type { Node, NodeAPI, NodeMessageInFlow } from "node-red";
import type { AssistantsApi } from "../../src/contract/api.ts";
import { toFlowError } from "./api-error.ts";
import { Connection } from "./connection.ts";
import { Status } from "./status.ts";

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

/**
 * Prepares a node that uses the API.
 * @param beforeRelease done when the node closes, while its service is still open
 */
export function createApiNode(
  RED: NodeAPI,
  node: Node,
  configId: string,
  beforeRelease: () => Promise<void> = async () => {},
): ApiNode {
  const connection = new Connection(RED, configId);
  const closing = new AbortController();
  // Node-RED awaits a close handler only when it takes `done`.
  node.on("close", (done: () => void) => {
    closing.abort();
    beforeRelease()
      .finally(() => connection.release())
      .catch((error: unknown) => node.warn(toFlowError(error).message))
      .finally(done);
  });
  return { RED, node, connection, status: new Status(node), closed: closing.signal };
}

/** Does `work` for each message and sends the message on; what fails goes to Catch, once. */
export function onEachMessage(apiNode: ApiNode, work: Work): void {
  const { node, connection, status, closed } = apiNode;
  node.on("input", (msg, send, done) => {
    status.busy("working");
    connection
      .api()
      .then((api) => work(api, msg))
      .then(
        () => {
          // A node that was closed meanwhile stays silent.
          if (closed.aborted) return;
          status.clear();
          send(msg);
          done();
        },
        (error: unknown) => {
          if (closed.aborted) return;
          status.failed();
          done(toFlowError(error));
        },
      );
  });
}

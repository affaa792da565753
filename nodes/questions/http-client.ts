/** Whoever waits behind an http in node for the answer to a question. */
import type { ServerResponse } from "node:http";
import type { NodeMessage } from "node-red";

/** Node-RED wraps the response of the http in node, so that it is not cloned. */
function responseOf(msg: NodeMessage): ServerResponse | null {
  const wrapper: object = Object(msg["res"]);
  const response: object = Object("_res" in wrapper ? wrapper._res : null);
  return isResponse(response) ? response : null;
}

function isResponse(value: object): value is ServerResponse {
  return "headersSent" in value && "writableFinished" in value && "setHeader" in value;
}

/** Answers with 503 where nobody has answered yet. */
export function answerUnavailable(msg: NodeMessage, sentence: string): void {
  const response = responseOf(msg);
  if (!response || response.headersSent || response.destroyed) return;
  response.writeHead(503, { "content-type": "text/plain; charset=utf-8" });
  response.end(sentence);
}

/** Aborted when the HTTP client goes away before it has its answer; null where there is none. */
export function clientGone(msg: NodeMessage): AbortSignal | null {
  const response = responseOf(msg);
  if (!response) return null;
  const gone = new AbortController();
  if (response.destroyed && !response.writableFinished) gone.abort();
  response.once("close", () => {
    if (!response.writableFinished) gone.abort();
  });
  return gone.signal;
}

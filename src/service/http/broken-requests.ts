import { type IncomingMessage, type ServerResponse, STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { contractError, type ErrorCode } from "../../contract/errors.ts";
import { newId } from "../../contract/ids.ts";

/** What the HTTP parser and its clock complain of, by the error's code; all else is `bad_request`. */
const complaints: Readonly<Record<string, ErrorCode>> = {
  ERR_HTTP_REQUEST_TIMEOUT: "request_too_slow",
  HPE_HEADER_OVERFLOW: "request_headers_too_large",
};

/** The whole HTTP answer, head and body, to bytes that never became a request. */
export function brokenRequestAnswer(code: string | undefined): string {
  const known = Object.hasOwn(complaints, code ?? "") ? complaints[code ?? ""] : undefined;
  const error = contractError(known ?? "bad_request", { reason: "it is not HTTP." });
  const body = JSON.stringify(error.toWire());
  return [
    `HTTP/1.1 ${error.status} ${STATUS_CODES[error.status]}`,
    "content-type: application/json; charset=utf-8",
    `content-length: ${Buffer.byteLength(body)}`,
    `x-request-id: ${newId("req")}`,
    "connection: close",
    "",
    body,
  ].join("\r\n");
}

/** Answers a connection whose bytes could not be read as a request, and closes it. */
export function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  socket.write(brokenRequestAnswer(error.code));
  socket.destroySoon();
}

/**
 * Answers what is no request, behind the answers to the requests before it on the same connection: else a sender
 * would take it for the answer to one of those, and think refused what was done.
 * @returns what hears of broken requests
 */
export function afterWholeRequests(): {
  hear(request: IncomingMessage, response: ServerResponse): void;
  answer(error: NodeJS.ErrnoException, socket: Socket): void;
} {
  const underWay = new WeakMap<Socket, Map<ServerResponse, IncomingMessage>>();
  const whole = (socket: Socket) =>
    [...(underWay.get(socket) ?? [])].filter(([, request]) => request.complete).map(([response]) => response);

  const answer = (error: NodeJS.ErrnoException, socket: Socket): void => {
    const [response] = error.code === "ECONNRESET" || !socket.writable ? [] : whole(socket);
    if (!response) answerBrokenRequest(error, socket);
    else response.once("close", () => answer(error, socket));
  };
  return {
    hear: (request, response) => {
      const { socket } = request;
      const responses = underWay.get(socket) ?? new Map();
      underWay.set(socket, responses.set(response, request));
      response.prependOnceListener("close", () => responses.delete(response));
    },
    answer,
  };
}

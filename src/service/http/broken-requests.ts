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
function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  socket.write(brokenRequestAnswer(error.code));
  socket.destroySoon();
}

/** How a connection ends that is of no more use: behind the answers that its sender still waits for. */
export interface ConnectionEnds {
  answer(error: NodeJS.ErrnoException, socket: Socket): void;
  /** Without another word. */
  cutOff(socket: Socket): void;
}

/**
 * Answers what is no request, behind the answers to the requests before it on the same connection: else a sender
 * would take it for the answer to one of those, and think refused what was done.
 * @returns what hears of requests and of those that are broken
 */
export function afterWholeRequests(): ConnectionEnds & {
  hear(request: IncomingMessage, response: ServerResponse): void;
} {
  const underWay = new WeakMap<Socket, Map<ServerResponse, IncomingMessage>>();
  /** Those that end already: the parser complains of each further piece again. */
  const ending = new WeakSet<Socket>();
  const whole = (socket: Socket) =>
    [...(underWay.get(socket) ?? [])].filter(([, request]) => request.complete).map(([response]) => response);

  // Not paused meanwhile: the sender would go away without being noticed.
  const endWith = (socket: Socket, end: () => void): void => {
    if (ending.has(socket)) return;
    ending.add(socket);
    const next = () => {
      const [response] = socket.writable ? whole(socket) : [];
      if (response) response.once("close", next);
      else end();
    };
    next();
  };
  return {
    hear: (request, response) => {
      const { socket } = request;
      const responses = underWay.get(socket) ?? new Map();
      underWay.set(socket, responses.set(response, request));
      response.prependOnceListener("close", () => responses.delete(response));
    },
    answer: (error, socket) => {
      const end = () => answerBrokenRequest(error, socket);
      if (error.code === "ECONNRESET" || !socket.writable) end();
      else endWith(socket, end);
    },
    cutOff: (socket) => endWith(socket, () => socket.destroy()),
  };
}

import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** A request as it arrived. */
export interface Seen {
  method: string;
  /** As it stood on the wire, without the query. */
  path: string;
  query: [string, string][];
  headers: IncomingHttpHeaders;
  body: string;
  /** `performance.now()` at its arrival. */
  at: number;
}

type Reply = (response: ServerResponse, seen: Seen, count: number) => void;

/** A real server on loopback that remembers what it was asked. */
export interface RecordingServer extends AsyncDisposable {
  url: string;
  port: number;
  seen: Seen[];
  /** How many connections were made to it. */
  sockets: number;
  /** Resolves when a request has arrived. */
  arrival: Promise<void>;
}

/**
 * @param reply answers a request; `count` is 1 for the first.
 * @param port 0 for any.
 */
export async function startServer(reply: Reply = sendJson({}), port = 0): Promise<RecordingServer> {
  const arrival = Promise.withResolvers<void>();
  const http = createServer(async (request, response) => {
    const { method = "", url = "", headers } = request;
    const [path = "", query = ""] = url.split("?");
    const at = performance.now();
    const body = await text(request);
    const seen = { method, path, query: [...new URLSearchParams(query)], headers, body, at };
    server.seen.push(seen);
    reply(response, seen, server.seen.length);
    arrival.resolve();
  });
  http.on("connection", () => server.sockets++);
  http.listen(port, "127.0.0.1");
  await once(http, "listening");
  const address = http.address() as AddressInfo;
  const server: RecordingServer = {
    url: `http://127.0.0.1:${address.port}`,
    port: address.port,
    seen: [],
    sockets: 0,
    arrival: arrival.promise,
    async [Symbol.asyncDispose]() {
      http.close();
      http.closeAllConnections();
      await once(http, "close");
    },
  };
  return server;
}

/** A reply with a status, an object and headers. */
export function sendJson(object: unknown, status = 200, headers: Record<string, string> = {}): Reply {
  return sendText(JSON.stringify(object), status, { "content-type": "application/json", ...headers });
}

export function sendText(body: string, status = 200, headers: Record<string, string> = {}): Reply {
  return (response) => {
    response.writeHead(status, headers).end(body);
  };
}

/** The first reply for the first request and so on; the last one for all that follow. */
export function inTurn(...replies: [Reply, ...Reply[]]): Reply {
  return (response, seen, count) =>
    (replies[count - 1] ?? replies.at(-1) ?? replies[0])(response, seen, count);
}

/** A port of loopback on which nobody listens. */
export async function closedPort(): Promise<number> {
  await using server = await startServer();
  return server.port;
}

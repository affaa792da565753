import type { Socket } from "node:net";
import type { FastifyInstance } from "fastify";
import { contractError } from "../../contract/errors.ts";

/** Milliseconds that streams have to say goodbye when the grace is over. */
const FAREWELL = 500;

export interface Closing {
  /**
   * Closes the server: no new connections or requests, idle connections end at once, requests under way get their
   * answers within the grace. Resolves when the last connection is gone; calling it again is harmless.
   */
  close(): Promise<void>;
  /** Aborts with `service_closed` when the grace is over: streams say so and end, all else is cut off soon. */
  readonly graceOver: AbortSignal;
}

/**
 * Prepares a server for being closed without cutting anybody off.
 * @param graceMs how long requests under way may take when the server closes, in milliseconds.
 */
export function prepareClosing(app: FastifyInstance, graceMs: number): Closing {
  let closed: Promise<void> | undefined;
  const grace = new AbortController();

  // Connections without a first request, such as browsers open ahead: Node does not count them as idle.
  const unused = new Set<Socket>();
  app.server.on("connection", (socket) => {
    // The framework stops listening a moment after closing has begun.
    if (closed) socket.destroy();
    unused.add(socket);
    socket.once("close", () => unused.delete(socket));
  });
  app.server.on("request", ({ socket }) => unused.delete(socket));

  app.addHook("onRequest", (_request, _reply, done) => {
    done(closed ? contractError("service_closed") : undefined);
  });
  app.addHook("onSend", (_request, reply, payload, done) => {
    // Else the connection would stay open for another request.
    if (closed) reply.header("connection", "close");
    done(null, payload);
  });
  app.addHook("onResponse", (request, _reply, done) => {
    // A stream promised that it would stay open, in a head that went out before closing began.
    if (closed) request.raw.socket.destroySoon();
    done();
  });

  async function close() {
    for (const socket of unused) socket.destroy();
    const deadline = setTimeout(() => grace.abort(contractError("service_closed")), graceMs);
    const cut = setTimeout(() => app.server.closeAllConnections(), graceMs + FAREWELL);
    try {
      await app.close();
    } finally {
      clearTimeout(deadline);
      clearTimeout(cut);
    }
  }

  return {
    graceOver: grace.signal,
    close: () => {
      closed ??= close();
      return closed;
    },
  };
}

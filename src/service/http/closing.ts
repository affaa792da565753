import type { Socket } from "node:net";
import type { FastifyInstance } from "fastify";
import { contractError } from "../../contract/errors.ts";

/**
 * Prepares a server for being closed without cutting anybody off.
 * @param graceMs how long requests under way may take when the server closes, in milliseconds.
 * @returns closes the server: no new connections or requests, idle connections end at once, requests under way
 * get their answers within the grace. Resolves when the last connection is gone; calling it again is harmless.
 */
export function prepareClosing(app: FastifyInstance, graceMs: number): () => Promise<void> {
  let closed: Promise<void> | undefined;

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

  async function close() {
    for (const socket of unused) socket.destroy();
    const deadline = setTimeout(() => app.server.closeAllConnections(), graceMs);
    try {
      await app.close();
    } finally {
      clearTimeout(deadline);
    }
  }

  return () => {
    closed ??= close();
    return closed;
  };
}

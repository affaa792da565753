/** How long the body of a request may take to arrive. */
import type { IncomingMessage } from "node:http";
import type { FastifyInstance } from "fastify";
import type { ConnectionEnds } from "./broken-requests.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** Its body may take its time, as long as it does not stop arriving: a file over a slow line. */
    slowBody?: boolean;
  }
}

/**
 * Limits every request, whoever sends it and wherever to.
 * @param limitMs how long a body may take, and how long a slow one may be silent
 * @param ends what ends the connections of those that take longer
 */
export function limitArrival(app: FastifyInstance, limitMs: number, ends: ConnectionEnds): void {
  const slow = new WeakSet<IncomingMessage>();
  app.addHook("onRequest", ({ raw, routeOptions }, _reply, done) => {
    if (routeOptions.config.slowBody) slow.add(raw);
    done();
  });
  // Not in the hook, which is passed over where the framework refuses an address by itself.
  app.server.on("request", (request, response) => {
    const { socket } = request;
    let seen = socket.bytesRead;
    const look = () => {
      if (request.complete || request.destroyed) return;
      const arriving = socket.bytesRead > seen;
      seen = socket.bytesRead;
      // Once it has been answered, what else arrives is nobody's.
      if (response.headersSent) ends.cutOff(socket);
      else if (slow.has(request) && arriving) timer.refresh();
      else ends.answer(tooSlow, socket);
    };
    const timer = setTimeout(look, limitMs).unref();
    request.once("close", () => clearTimeout(timer));
  });
}

const tooSlow = Object.assign(new Error("The body did not arrive in time."), {
  code: "ERR_HTTP_REQUEST_TIMEOUT",
});

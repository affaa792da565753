/** How long the body of a request may take to arrive. */
import type { FastifyInstance } from "fastify";
import { answerBrokenRequest } from "./broken-requests.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** Its body may take its time, as long as it does not stop arriving: a file over a slow line. */
    slowBody?: boolean;
  }
}

/** @param limitMs how long a body may take, and how long a slow one may be silent */
export function limitArrival(app: FastifyInstance, limitMs: number): void {
  app.addHook("onRequest", (request, reply, done) => {
    const { raw } = request;
    const { socket } = raw;
    let seen = socket.bytesRead;
    const look = () => {
      if (raw.complete || raw.destroyed) return;
      const arriving = socket.bytesRead > seen;
      seen = socket.bytesRead;
      // Once it has been answered, what else arrives is nobody's.
      if (reply.raw.headersSent) socket.destroy();
      else if (request.routeOptions.config.slowBody && arriving) timer.refresh();
      else answerBrokenRequest(tooSlow, socket);
    };
    const timer = setTimeout(look, limitMs).unref();
    raw.once("close", () => clearTimeout(timer));
    done();
  });
}

const tooSlow = Object.assign(new Error("The body did not arrive in time."), {
  code: "ERR_HTTP_REQUEST_TIMEOUT",
});

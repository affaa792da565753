/** Bodies that come slowly. */
import assert from "node:assert/strict";
import type { Socket } from "node:net";
import { type FastifyInstance, fastify } from "fastify";
import { limitArrival } from "../../../src/service/http/arrival.ts";
import { lastBody, openConnection, rawRequest, readAll, statuses } from "./raw-connection.ts";

const LIMIT_MS = 100;

describe("a body", () => {
  let app: FastifyInstance;
  let port: number;

  before(async () => {
    app = fastify();
    limitArrival(app, LIMIT_MS);
    app.removeAllContentTypeParsers();
    app.addContentTypeParser("*", (_request, _body, done) => done(null));
    const read = async ({ raw }: { raw: AsyncIterable<Uint8Array> }) => {
      let bytes = 0;
      for await (const piece of raw) bytes += piece.length;
      return { bytes };
    };
    app.post("/plain", read);
    app.post("/slow", { config: { slowBody: true } }, read);
    app.post("/refused", async () => ({ refused: true }));
    await app.listen({ port: 0, host: "127.0.0.1" });
    port = Number(new URL(app.listeningOrigin).port);
  });
  after(() => app.close());

  const begin = async (path: string, length: number): Promise<Socket> => {
    const socket = await openConnection({ server: { port } });
    socket.write(rawRequest(`POST ${path}`, ["content-type: x/y", `content-length: ${length}`]));
    return socket;
  };

  /** Sends a byte from time to time for more than twice the limit. */
  const trickle = async (socket: Socket, bytes: number) => {
    for (let sent = 0; sent < bytes && socket.writable; sent += 1) {
      socket.write("x");
      await new Promise((resolve) => setTimeout(resolve, (2.5 * LIMIT_MS) / bytes));
    }
  };

  it("that stops arriving is answered, and its connection closed", async () => {
    for (const path of ["/plain", "/slow"]) {
      const text = await readAll(await begin(path, 10));
      assert.deepEqual(statuses(text), [408]);
      assert.deepEqual(Object.keys(Object(lastBody(text))), ["error"]);
    }
  });

  it("that comes slowly is answered so too", async () => {
    const socket = await begin("/plain", 1000);
    const text = readAll(socket);
    await trickle(socket, 10);
    assert.deepEqual(statuses(await text), [408]);
  });

  it("of a file may come slowly", async () => {
    const socket = await begin("/slow", 10);
    const text = readAll(socket);
    await trickle(socket, 10);
    socket.end();
    assert.deepEqual(lastBody(await text), { bytes: 10 });
  });

  it("that goes on after its answer is cut off", async () => {
    const socket = await begin("/refused", 1_000_000);
    const text = await readAll(socket);
    assert.deepEqual(statuses(text), [200]);
  });
});

/** Bodies that come slowly. */
import assert from "node:assert/strict";
import type { Socket } from "node:net";
import { Readable } from "node:stream";
import { type FastifyInstance, fastify } from "fastify";
import { limitArrival } from "../../../src/service/http/arrival.ts";
import { afterWholeRequests } from "../../../src/service/http/broken-requests.ts";
import { lastBody, openConnection, rawRequest, readAll, statuses } from "./raw-connection.ts";
import { startServer } from "./running-server.ts";

const LIMIT_MS = 100;

describe("a body", () => {
  let app: FastifyInstance;
  let port: number;
  /** Called when a body has taken too long. */
  let tooLate = () => {};
  /** The rest of the long answer. */
  let rest: Promise<void>;

  before(async () => {
    app = fastify();
    const { hear, answer, cutOff } = afterWholeRequests();
    app.server.on("request", hear);
    limitArrival(app, LIMIT_MS, {
      answer: (error, socket) => {
        answer(error, socket);
        tooLate();
      },
      cutOff: (socket) => {
        cutOff(socket);
        tooLate();
      },
    });
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
    async function* long() {
      yield "first ";
      await rest;
      yield "last";
    }
    app.get("/long", async (_request, reply) => reply.send(Readable.from(long())));
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

  for (const [path, expected] of [
    ["/plain", [200, 408]],
    ["/refused", [200, 200]],
  ] as const) {
    it(`to ${path} that takes too long does not break into the answer before it`, async () => {
      const late = Promise.withResolvers<void>();
      tooLate = late.resolve;
      rest = late.promise;
      const socket = await openConnection({ server: { port } });
      const second = rawRequest(`POST ${path}`, ["content-type: x/y", "content-length: 10"]);
      socket.write(rawRequest("GET /long") + second);
      const text = await readAll(socket);
      assert.deepEqual(statuses(text), expected);
      assert.match(text, /first .*last.*HTTP/s);
    });
  }
});

describe("a body that nobody reads", () => {
  for (const [title, line, headers] of [
    ["at an unknown address", "POST /nope HTTP/1.1", ["host: test"]],
    ["at an address that cannot be read", "POST /%zz HTTP/1.1", ["host: test"]],
    ["of a request without a Host header", "POST /v1/threads HTTP/1.1", []],
    ["of a request without a key", "POST /v1/threads HTTP/1.1", ["host: test"]],
  ] as const) {
    it(`${title} is cut off`, async () => {
      const { server } = await startServer({ bodyTimeoutMs: LIMIT_MS });
      const socket = await openConnection({ server });
      socket.write(
        [line, ...headers, "content-type: application/json", "content-length: 1000", "", ""].join("\r\n"),
      );
      assert.equal(statuses(await readAll(socket)).length, 1);
      await server.close();
    });
  }
});

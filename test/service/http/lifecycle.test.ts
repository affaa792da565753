import assert from "node:assert/strict";
import { once } from "node:events";
import { fastify } from "fastify";
import { contractError } from "../../../src/contract/errors.ts";
import { prepareClosing } from "../../../src/service/http/closing.ts";
import { startHttpServer } from "../../../src/service/http/server.ts";
import { lastBody, openConnection, rawRequest, readAll, statuses } from "./raw-connection.ts";
import { RecordingApi } from "./recording-api.ts";
import { ask, KEY, type ServerUnderTest, startServer } from "./running-server.ts";

const settings = { api: new RecordingApi().api, apiKey: KEY, port: 0 };

describe("the HTTP server's life", () => {
  let running: ServerUnderTest;

  beforeEach(async () => {
    running = await startServer();
  });
  afterEach(() => running.server.close());

  /** Holds every call until `release`; `called` resolves with the first. */
  function holdCalls() {
    const called = Promise.withResolvers<void>();
    const { promise, resolve: release } = Promise.withResolvers<void>();
    running.recorder.respond = async () => {
      called.resolve();
      await promise;
      return { object: "thread" };
    };
    return { called: called.promise, release };
  }

  it("listens on 127.0.0.1 and the port in its URL", async () => {
    assert.equal(running.server.url, `http://127.0.0.1:${running.server.port}`);
    assert.equal((await fetch(`${running.server.url}/health`)).status, 200);
  });

  it("listens where a name leads", async () => {
    const server = await startHttpServer({ ...settings, host: "localhost" });
    assert.equal((await fetch(`${server.url}/health`)).status, 200);
    await server.close();
  });

  it("refuses a port that is in use", async () => {
    const { port } = running.server;
    await assert.rejects(startHttpServer({ ...settings, port }), {
      code: "port_in_use",
      message: `Port ${port} is in use by another program. Choose another port.`,
    });
  });

  for (const [title, where] of [
    ["an address that is not this machine's", { host: "192.0.2.1" }],
    ["a port that cannot be", { port: 70_000 }],
  ] as const) {
    it(`refuses ${title}`, async () => {
      await assert.rejects(startHttpServer({ ...settings, ...where }), { code: "address_unavailable" });
    });
  }

  it("refuses to serve without a key", async () => {
    await assert.rejects(startHttpServer({ ...settings, apiKey: "" }), { code: "missing_api_key" });
  });

  it("takes no connections after it has closed", async () => {
    await running.server.close();
    await assert.rejects(fetch(`${running.server.url}/health`));
  });

  it("can be closed twice", async () => {
    await Promise.all([running.server.close(), running.server.close()]);
    await running.server.close();
  });

  it("frees its port when closed", async () => {
    const { port } = running.server;
    await running.server.close();
    const server = await startHttpServer({ ...settings, port });
    assert.equal(server.port, port);
    await server.close();
  });

  for (const [title, bytes] of [
    ["has been used", rawRequest("GET /v1/threads/t")],
    ["has sent nothing", ""],
  ] as const) {
    it(`closes at once an idle connection that ${title}`, async () => {
      const socket = await openConnection(running);
      if (bytes) {
        socket.write(bytes);
        await once(socket, "data");
      } else {
        // A round trip on a later connection shows that this one has been accepted.
        await ask(running, "GET", "/v1/threads/t");
      }
      const ended = once(socket.resume(), "close");
      const before = performance.now();
      await running.server.close();
      await ended;
      assert.ok(performance.now() - before < 1000);
    });
  }

  it("lets a request under way finish before it closes, and then closes its connection", async () => {
    const { called, release } = holdCalls();
    const socket = await openConnection(running);
    socket.write(rawRequest("GET /v1/threads/t"));
    await called;
    const closed = running.server.close();
    release();
    const text = await readAll(socket);
    await closed;
    assert.deepEqual(statuses(text), [200]);
    assert.match(text, /^connection: close\r$/im);
  });

  it("answers a request that is completed after closing has begun with 503 in the contract's shape", async () => {
    const socket = await openConnection(running);
    const second = rawRequest("GET /v1/threads/t");
    socket.write(rawRequest("GET /v1/threads/t") + second.slice(0, -4));
    await once(socket, "data");
    const closed = running.server.close();
    socket.write(second.slice(-4));
    const text = await readAll(socket);
    await closed;
    assert.deepEqual(statuses(text), [503]);
    assert.deepEqual(lastBody(text), contractError("service_closed").toWire());
  });

  it("refuses what is asked on an open connection after closing has begun", async () => {
    // Closes within the first call, so that the request behind it on the connection certainly comes later.
    const closing = Promise.withResolvers<void>();
    running.recorder.respond = () => {
      closing.resolve(running.server.close());
      return { object: "thread" };
    };
    const socket = await openConnection(running);
    socket.write(rawRequest("GET /v1/threads/t") + rawRequest("POST /v1/threads", ["content-length: 0"]));
    await readAll(socket);
    await closing.promise;
    assert.deepEqual(
      running.recorder.calls.map(({ name }) => name),
      ["getThread"],
    );
  });

  it("cuts off what takes longer than the grace", async () => {
    const app = fastify();
    const { close } = prepareClosing(app, 20);
    const called = Promise.withResolvers<void>();
    app.get("/", () => {
      called.resolve();
      return new Promise(() => {});
    });
    const url = await app.listen({ host: "127.0.0.1", port: 0 });
    const answer = assert.rejects(fetch(url));
    await called.promise;
    await close();
    await answer;
  });
});

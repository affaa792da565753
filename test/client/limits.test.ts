import assert from "node:assert/strict";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { getEventListeners, once } from "node:events";
import type { AddressInfo, Server } from "node:net";
import { createServer } from "node:net";
import { setImmediate as turn } from "node:timers/promises";
import { connect, errorOf } from "./connect.ts";
import { sendJson, startServer } from "./recording-server.ts";

const thread = { thread_id: "thread_1" };
const silent = () => undefined;
const stalling = (response: { write(text: string): void }) => response.write('{"id":');

/** Takes connections and never says a word, so that nobody ever gets through TLS. */
async function startMute(): Promise<{ server: Server; url: string } & AsyncDisposable> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const sockets = new Set<{ destroy(): void }>();
  server.on("connection", (socket) => {
    socket.on("error", silent);
    sockets.add(socket);
  });
  return {
    server,
    url: `https://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

describe("the time limit", function () {
  this.timeout(3000);

  for (const [what, reply] of [
    ["silent", silent],
    ["stalling", stalling],
  ] as const) {
    it(`ends an attempt at a ${what} server, once and for all`, async () => {
      await using server = await startServer(reply);
      await using client = connect(server, { timeoutSeconds: 0.1 });
      const error = await errorOf(client.api.getThread(thread));
      assert.equal(error.code, "request_timeout");
      assert.equal(error.message, `GET ${server.url}/v1/threads/thread_1 got no answer within 0.1 s.`);
      assert.equal(server.seen.length, 1);
    });
  }

  it("ends an attempt that never gets connected", async () => {
    await using mute = await startMute();
    await using client = connect(mute, { timeoutSeconds: 0.1 });
    assert.equal((await errorOf(client.api.getThread(thread))).code, "request_timeout");
  });

  it("is the only one: undici's own walls at five minutes are off", async () => {
    await using server = await startServer();
    await using client = connect(server);
    const created = onceOn("undici:request:create");
    await client.api.getThread(thread);
    const { request } = Object(await created);
    assert.deepEqual([request.headersTimeout, request.bodyTimeout], [0, 0]);
  });

  it("is for each attempt, not for all together", async () => {
    await using server = await startServer((response, seen, count) => {
      if (count === 3) sendJson({ id: "x" })(response, seen, count);
      else sendJson({}, 429, { "retry-after-ms": "250" })(response, seen, count);
    });
    await using client = connect(server, { timeoutSeconds: 0.4 });
    assert.deepEqual(await client.api.getThread(thread), { id: "x" });
  });
});

describe("an abort", function () {
  this.timeout(3000);
  const reason = new Error("enough");

  it("before the call sends nothing", async () => {
    await using server = await startServer();
    await using client = connect(server);
    const error = await errorOf(client.api.getThread(thread, { signal: AbortSignal.abort(reason) }));
    assert.equal(error.code, "call_aborted");
    assert.equal(error.cause, reason);
    assert.equal(server.sockets, 0);
  });

  for (const [what, reply] of [
    ["an answer", silent],
    ["the rest of an answer", stalling],
  ] as const) {
    it(`ends the wait for ${what}, and the connection`, async () => {
      const hungUp = Promise.withResolvers<void>();
      await using server = await startServer((response) => {
        response.on("close", hungUp.resolve);
        reply(response);
      });
      await using client = connect(server);
      const { signal, abort } = aborter();
      const outcome = errorOf(client.api.getThread(thread, { signal }));
      await server.arrival;
      abort(reason);
      const error = await outcome;
      assert.equal(error.code, "call_aborted");
      assert.equal(error.cause, reason);
      await hungUp.promise;
      assert.equal(server.seen.length, 1);
    });
  }

  it("ends the wait for a connection", async () => {
    await using mute = await startMute();
    await using client = connect(mute);
    const { signal, abort } = aborter();
    const outcome = errorOf(client.api.getThread(thread, { signal }));
    await once(mute.server, "connection");
    abort(reason);
    assert.equal((await outcome).code, "call_aborted");
  });

  it("ends the wait for a repetition", async () => {
    await using server = await startServer(sendJson({}, 429, { "retry-after": "50" }));
    await using client = connect(server);
    const { signal, abort } = aborter();
    const answered = onceAnswered();
    const outcome = errorOf(client.api.getThread(thread, { signal }));
    await answered;
    abort(reason);
    const error = await outcome;
    assert.equal(error.code, "call_aborted");
    assert.equal(error.cause, reason);
    assert.equal(server.seen.length, 1);
  });

  it("that never comes leaves no listener behind", async () => {
    await using server = await startServer();
    await using client = connect(server);
    const { signal } = aborter();
    await client.api.getThread(thread, { signal });
    await turn();
    assert.deepEqual(getEventListeners(signal, "abort"), []);
  });
});

function aborter() {
  const controller = new AbortController();
  return { signal: controller.signal, abort: (reason: Error) => controller.abort(reason) };
}

/** Resolves when an answer has been read to its end and its reader has gone on. */
async function onceAnswered(): Promise<void> {
  await onceOn("undici:request:trailers");
  await turn();
  await turn();
}

/** The next message on one of undici's diagnostics channels. */
function onceOn(channel: string): Promise<unknown> {
  return new Promise((resolve) => {
    const listener = (message: unknown) => {
      unsubscribe(channel, listener);
      resolve(message);
    };
    subscribe(channel, listener);
  });
}

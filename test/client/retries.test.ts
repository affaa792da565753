import assert from "node:assert/strict";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { mayRepeat } from "../../src/client/retry-rules.ts";
import type { AssistantsApi } from "../../src/contract/api.ts";
import { connect, errorOf } from "./connect.ts";
import { closedPort, inTurn, type RecordingServer, sendJson, startServer } from "./recording-server.ts";

const calls = {
  GET: (api: AssistantsApi) => api.getThread({ thread_id: "thread_1" }),
  POST: (api: AssistantsApi) => api.createThread({}),
  DELETE: (api: AssistantsApi) => api.deleteThread({ thread_id: "thread_1" }),
};
const methods = ["GET", "POST", "DELETE"] as const;
const soon = { "retry-after-ms": "1" };

describe("a failed request", () => {
  for (const method of methods) {
    for (const status of [408, 409, 429, 503]) {
      it(`is repeated twice: ${method} answered with ${status} and a time to come back`, async () => {
        await using server = await startServer(sendJson({ error: { message: "no" } }, status, soon));
        await using client = connect(server);
        assert.equal((await errorOf(calls[method](client.api))).status, status);
        assert.equal(server.seen.length, 3);
      });
    }

    it(`is not repeated: ${method} answered with 400`, async () => {
      await using server = await startServer(sendJson({ error: { message: "no" } }, 400, soon));
      await using client = connect(server);
      await errorOf(calls[method](client.api));
      assert.equal(server.seen.length, 1);
    });

    it(`is repeated as method, path, headers and body were: ${method}`, async () => {
      await using server = await startServer(inTurn(sendJson({}, 429, soon), sendJson({ id: "x" })));
      await using client = connect(server);
      assert.deepEqual(await calls[method](client.api), { id: "x" });
      const [first, second] = server.seen;
      assert.deepEqual({ ...second, at: 0 }, { ...first, at: 0 });
    });
  }

  for (const [method, count] of [
    ["GET", 3],
    ["POST", 1],
    ["DELETE", 3],
  ] as const) {
    it(`is sent ${count} times: ${method} answered with 500`, async () => {
      await using server = await startServer(sendJson({ error: { message: "no" } }, 500, soon));
      await using client = connect(server);
      assert.equal((await errorOf(calls[method](client.api))).code, "server_error");
      assert.equal(server.seen.length, count);
    });
  }

  it("is not repeated: POST answered with 503 and no time to come back", async () => {
    await using server = await startServer(sendJson({ error: { message: "no" } }, 503));
    await using client = connect(server);
    await errorOf(calls.POST(client.api));
    assert.equal(server.seen.length, 1);
  });

  for (const method of methods) {
    it(`is not repeated where the server asks for more than a minute: ${method}`, async () => {
      await using server = await startServer(sendJson({}, 429, { "retry-after": "61" }));
      await using client = connect(server);
      assert.equal((await errorOf(calls[method](client.api))).status, 429);
      assert.equal(server.seen.length, 1);
    });
  }

  it("is repeated as often as the settings say", async () => {
    await using server = await startServer(sendJson({}, 429, soon));
    await using client = connect(server, { maxRetries: 4 });
    await errorOf(calls.GET(client.api));
    assert.equal(server.seen.length, 5);
  });

  for (const headers of [{ "retry-after-ms": "700" }, { "retry-after": "1" }]) {
    it(`comes back when ${JSON.stringify(headers)} says`, async () => {
      await using server = await startServer(inTurn(sendJson({}, 429, headers), sendJson({})));
      await using client = connect(server);
      await calls.GET(client.api);
      const [first, second] = server.seen;
      assert.ok(first && second);
      // Both are longer than the 500 ms it would wait by itself.
      assert.ok(second.at - first.at > 650, `it came back after ${second.at - first.at} ms`);
    });
  }
});

describe("a lost reply", () => {
  const breaks = {
    "before the answer": inTurn((response) => response.destroy(), sendJson({ id: "x" })),
    "in the middle of the answer": inTurn(
      (response) => {
        response.writeHead(200, { "content-length": 100 });
        response.write('{"id":"x"', () => response.destroy());
      },
      sendJson({ id: "x" }),
    ),
  };
  for (const [when, reply] of Object.entries(breaks)) {
    it(`is asked for again by a GET that broke ${when}`, async () => {
      await using server = await startServer(reply);
      await using client = connect(server);
      assert.deepEqual(await calls.GET(client.api), { id: "x" });
      assert.equal(server.seen.length, 2);
    });

    it(`is not risked twice by a POST that broke ${when}`, async () => {
      await using server = await startServer(reply);
      await using client = connect(server);
      assert.equal((await errorOf(calls.POST(client.api))).code, "connection_failed");
      assert.equal(server.seen.length, 1);
    });
  }
});

describe("a refused connection", () => {
  for (const method of methods) {
    it(`is tried again for a ${method}, until the server is there`, async () => {
      const port = await closedPort();
      await using client = connect({ url: `http://127.0.0.1:${port}` });
      const starting = onceRefused(() => startServer(sendJson({ id: "x" }), port));
      assert.deepEqual(await calls[method](client.api), { id: "x" });
      await using server: RecordingServer = await starting;
      assert.equal(server.seen.length, 1);
    });
  }
});

/** Runs `next` when a connection has been refused. */
function onceRefused<Result>(next: () => Promise<Result>): Promise<Result> {
  const channel = "undici:client:connectError";
  return new Promise((resolve) => {
    const listener = () => {
      unsubscribe(channel, listener);
      resolve(next());
    };
    subscribe(channel, listener);
  });
}

describe("what may be repeated", () => {
  const systemError = (code: string, syscall: string) => Object.assign(new Error(code), { code, syscall });
  const rows: [what: string, error: Error, post: boolean, get: boolean][] = [
    ["a name that is not found", systemError("ENOTFOUND", "getaddrinfo"), true, true],
    ["a host that cannot be reached", systemError("EHOSTUNREACH", "connect"), true, true],
    ["a host lost under the request", systemError("EHOSTUNREACH", "read"), false, true],
    ["a silent host", Object.assign(new Error(), { code: "UND_ERR_CONNECT_TIMEOUT" }), true, true],
    ["a reset", systemError("ECONNRESET", "read"), false, true],
    [
      "all addresses refused",
      new AggregateError([systemError("ECONNREFUSED", "connect"), systemError("ECONNREFUSED", "connect")]),
      true,
      true,
    ],
    ["a bad certificate", Object.assign(new Error(), { code: "CERT_HAS_EXPIRED" }), false, false],
  ];
  for (const [what, error, post, get] of rows) {
    it(`after ${what}`, () => {
      assert.equal(mayRepeat({ method: "POST", body: null }, { kind: "failure", error }), post);
      assert.equal(mayRepeat({ method: "GET", body: null }, { kind: "failure", error }), get);
    });
  }
});

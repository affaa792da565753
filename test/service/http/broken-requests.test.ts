import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { contractError, type ErrorCode } from "../../../src/contract/errors.ts";
import { afterWholeRequests, brokenRequestAnswer } from "../../../src/service/http/broken-requests.ts";
import { lastBody, openConnection, rawRequest, readAll, sendRaw, statuses } from "./raw-connection.ts";
import { type ServerUnderTest, startServer } from "./running-server.ts";

describe("broken and unusual HTTP", () => {
  let running: ServerUnderTest;

  before(async () => {
    running = await startServer();
  });
  beforeEach(() => {
    running.recorder.calls = [];
  });
  after(() => running.server.close());

  function assertRawError(text: string, code: ErrorCode, values: Record<string, string> = {}) {
    const expected = contractError(code, values);
    assert.deepEqual(statuses(text), [expected.status]);
    assert.deepEqual(lastBody(text), expected.toWire());
    assert.match(text, /^x-request-id: req_\w{24}\r$/m);
  }

  for (const [title, bytes] of [
    ["bytes that are not HTTP", "\x16\x03\x01 hello\r\n\r\n"],
    ["a method that does not exist", "FLY /v1/threads HTTP/1.1\r\nhost: test\r\n\r\n"],
    ["a header without a name", rawRequest("GET /v1/threads/t", [": x"])],
    [
      "two lengths for one body",
      rawRequest("POST /v1/threads", ["content-length: 2", "transfer-encoding: chunked"], "{}"),
    ],
  ] as const) {
    it(`answers ${title} in the contract's shape`, async () => {
      assertRawError(await sendRaw(running, bytes), "bad_request", { reason: "it is not HTTP." });
      assert.equal(running.recorder.calls.length, 0);
    });
  }

  it("refuses an address that is longer than any header may be", async () => {
    const text = await sendRaw(running, rawRequest(`GET /v1/threads/${"x".repeat(20_000)}`));
    assertRawError(text, "request_headers_too_large");
  });

  it("has an answer for a request that does not arrive in time", () => {
    assertRawError(brokenRequestAnswer("ERR_HTTP_REQUEST_TIMEOUT"), "request_too_slow");
  });

  it("refuses a request without a Host header", async () => {
    const text = await sendRaw(running, "GET /health HTTP/1.1\r\nconnection: close\r\n\r\n");
    assertRawError(text, "bad_request", { reason: "it has no Host header." });
  });

  it("ignores an expectation that it does not know", async () => {
    const bytes = rawRequest("GET /v1/threads/t", ["expect: miracles", "connection: close"]);
    assert.deepEqual(statuses(await sendRaw(running, bytes)), [200]);
  });

  it("answers what is no request behind the request before it, which is under way", async () => {
    const bytes = rawRequest("POST /v1/threads", ["content-length: 0"], "no request\r\n\r\n");
    const text = await sendRaw(running, bytes);
    assert.deepEqual(statuses(text), [200, 400]);
    assert.equal(running.recorder.calls.length, 1);
  });

  it("waits once for the request under way, however much else comes that is no request", async () => {
    const server = createServer();
    const { hear, answer } = afterWholeRequests();
    server.on("request", hear).on("clientError", answer);
    await once(server.listen(0, "127.0.0.1"), "listening");
    const socket = await openConnection({ server: { port: Number(Object(server.address()).port) } });
    socket.write(rawRequest("GET /long"));
    const [, response] = await once(server, "request");
    const waiting: number[] = [];
    for (let piece = 0; piece < 3; piece += 1) {
      socket.write("no request\r\n\r\n");
      await once(server, "clientError");
      waiting.push(response.listenerCount("close"));
    }
    response.end();
    assert.deepEqual(statuses(await readAll(socket)), [200, 400]);
    assert.equal(new Set(waiting).size, 1);
    server.close();
  });

  it("answers pipelined requests each with its own answer, in order", async () => {
    running.recorder.respond = ({ parameters }) => parameters;
    const socket = await openConnection(running);
    socket.write(
      rawRequest("GET /v1/threads/first") +
        rawRequest(
          "POST /v1/threads/second",
          ["content-type: application/json", "content-length: 17"],
          '{"metadata":null}',
        ) +
        rawRequest("GET /v1/nothing") +
        rawRequest("GET /v1/threads/third", ["connection: close"]),
    );
    const text = await readAll(socket);
    assert.deepEqual(statuses(text), [200, 200, 404, 200]);
    assert.deepEqual(
      Array.from(text.matchAll(/"thread_id":"(\w+)"/g), (match) => match[1]),
      ["first", "second", "third"],
    );
  });

  it("goes on serving after all of this", async () => {
    const response = await fetch(`${running.server.url}/health`);
    assert.equal(response.status, 200);
    assert.deepEqual(running.reported, []);
  });
});

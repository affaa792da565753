import assert from "node:assert/strict";
import { once } from "node:events";
import { BODY_LIMIT } from "../../../src/service/http/json-body.ts";
import { assertError } from "./expected-errors.ts";
import { lastBody, openConnection, rawRequest, readAll, sendRaw, statuses } from "./raw-connection.ts";
import { ask, openaiHeaders, type ServerUnderTest, startServer } from "./running-server.ts";

const JSON_TYPE = "content-type: application/json";

describe("bodies over HTTP", () => {
  let running: ServerUnderTest;

  before(async () => {
    running = await startServer();
  });
  beforeEach(() => {
    running.recorder.calls = [];
  });
  after(() => running.server.close());

  const post = (body: string, headers: Record<string, string> = {}) =>
    ask(running, "POST", "/v1/threads", { body, headers });

  for (const [title, headers] of [
    ["without a content type", {}],
    ["of JSON", { "content-type": "application/json" }],
    ["of a form", { "content-type": "application/x-www-form-urlencoded" }],
  ] as const) {
    it(`takes an empty body ${title} for an empty object`, async () => {
      await ask(running, "POST", "/v1/threads", { headers });
      assert.deepEqual(running.recorder.calls[0]?.parameters, {});
    });
  }

  it("takes an empty chunked body for an empty object", async () => {
    const bytes = rawRequest(
      "POST /v1/threads",
      ["connection: close", JSON_TYPE, "transfer-encoding: chunked"],
      "0\r\n\r\n",
    );
    assert.deepEqual(statuses(await sendRaw(running, bytes)), [200]);
    assert.deepEqual(running.recorder.calls[0]?.parameters, {});
  });

  it("reads JSON with a character set and in many chunks", async () => {
    const text = JSON.stringify({ metadata: { greeting: "안녕하세요 ü" } });
    const bytes = Buffer.from(text);
    const stream = new ReadableStream({
      start(controller) {
        for (const byte of bytes) controller.enqueue(new Uint8Array([byte]));
        controller.close();
      },
    });
    const request = {
      method: "POST",
      headers: { ...openaiHeaders, "content-type": "application/json; charset=utf-8" },
      body: stream,
      duplex: "half",
    };
    await fetch(`${running.server.url}/v1/threads`, request);
    assert.deepEqual(running.recorder.calls[0]?.parameters, JSON.parse(text));
  });

  for (const body of ["null", "[]", '"text"', "1", "true"]) {
    it(`refuses JSON that is no object: ${body}`, async () => {
      assertError(await post(body), "invalid_type", { param: "body", expected: "an object" });
      assert.equal(running.recorder.calls.length, 0);
    });
  }

  for (const body of ["{", "{'a':1}", '{"a":1}x', "hello", '{"a":NaN}']) {
    it(`refuses broken JSON: ${body}`, async () => {
      let reason = "";
      try {
        JSON.parse(body);
      } catch (error) {
        reason = String(error).replace("SyntaxError: ", "");
      }
      assertError(await post(body), "invalid_json", { reason });
      assert.equal(running.recorder.calls.length, 0);
    });
  }

  for (const body of [
    '{"__proto__":{"polluted":1}}',
    '{"metadata":{"\\u005f_proto__":{"polluted":1}}}',
    '{"constructor":{"prototype":{"polluted":1}}}',
  ]) {
    it(`refuses a key that could change prototypes: ${body}`, async () => {
      assertError(await post(body), "invalid_json", { reason: "a key such as __proto__ is not allowed." });
      assert.equal(running.recorder.calls.length, 0);
    });
  }

  it("takes a field that is merely called constructor", async () => {
    await post('{"metadata":{"constructor":"Gaudí"}}');
    assert.deepEqual(running.recorder.calls[0]?.parameters, { metadata: { constructor: "Gaudí" } });
  });

  it("survives JSON that is nested very deeply", async () => {
    const depth = 200_000;
    const { status } = await post(`{"metadata":${"[".repeat(depth)}${"]".repeat(depth)}}`);
    assert.equal(status, 200);
  });

  it("refuses bytes that are not UTF-8", async () => {
    const response = await fetch(`${running.server.url}/v1/threads`, {
      method: "POST",
      headers: { ...openaiHeaders, "content-type": "application/json" },
      body: Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]),
    });
    const { status, headers } = response;
    assertError({ status, headers, body: await response.json() }, "invalid_json", {
      reason: "it is not UTF-8.",
    });
  });

  for (const type of [
    "text/plain",
    "application/xml",
    "application/jsonx",
    "multipart/form-data; boundary=x",
    "x",
  ]) {
    it(`refuses the content type ${type}`, async () => {
      assertError(await post("{}", { "content-type": type }), "unsupported_media_type");
      assert.equal(running.recorder.calls.length, 0);
    });
  }

  it("refuses a body without a content type", async () => {
    const text = await sendRaw(
      running,
      rawRequest("POST /v1/threads", ["connection: close", "content-length: 2"], "{}"),
    );
    assert.deepEqual(statuses(text), [415]);
  });

  it("goes on with the connection after a bad body", async () => {
    const text = await sendRaw(
      running,
      rawRequest("POST /v1/threads", [JSON_TYPE, "content-length: 1"], "{") +
        rawRequest("GET /v1/threads/t", ["connection: close"]),
    );
    assert.deepEqual(statuses(text), [400, 200]);
  });

  it("reads a body of exactly the limit", async () => {
    const frame = '{"metadata":""}';
    const { status } = await post(`{"metadata":"${"x".repeat(BODY_LIMIT - frame.length)}"}`);
    assert.equal(status, 200);
  });

  it("refuses a body one byte over the limit", async () => {
    const frame = '{"metadata":""}';
    const answer = await post(`{"metadata":"${"x".repeat(BODY_LIMIT - frame.length + 1)}"}`);
    assertError(answer, "request_too_large", { limit: BODY_LIMIT });
    assert.equal(running.recorder.calls.length, 0);
  });

  it("refuses a body over the limit before it has been sent", async () => {
    const socket = await openConnection(running);
    socket.write(rawRequest("POST /v1/threads", [JSON_TYPE, `content-length: ${BODY_LIMIT + 1}`]));
    const [text] = await once(socket, "data");
    assert.deepEqual(statuses(String(text)), [413]);
    socket.destroy();
  });

  it("refuses a body that grows over the limit without having said so", async () => {
    const socket = await openConnection(running);
    const size = BODY_LIMIT + 1;
    socket.write(
      rawRequest("POST /v1/threads", [JSON_TYPE, "transfer-encoding: chunked"], `${size.toString(16)}\r\n`),
    );
    socket.write("x".repeat(size));
    const [text] = await once(socket, "data");
    assert.deepEqual(statuses(String(text)), [413]);
    socket.destroy();
  });

  it("calls nothing when a body ends too early, and says so to a caller who still listens", async () => {
    const socket = await openConnection(running);
    socket.end(rawRequest("POST /v1/threads", [JSON_TYPE, "content-length: 100"], '{"metadata":{}}'));
    const text = await readAll(socket);
    assert.deepEqual(statuses(text), [400]);
    assert.deepEqual(Object.keys(Object(lastBody(text))), ["error"]);
    assert.equal(running.recorder.calls.length, 0);
    assert.deepEqual(running.reported, []);
  });
});

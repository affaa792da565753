import assert from "node:assert/strict";
import { assertError } from "./expected-errors.ts";
import { lastBody, rawRequest, sendRaw, statuses } from "./raw-connection.ts";
import { ask, type ServerUnderTest, startServer } from "./running-server.ts";

describe("unknown routes over HTTP", () => {
  let running: ServerUnderTest;

  before(async () => {
    running = await startServer();
  });
  after(() => running.server.close());

  for (const [method, path] of [
    ["GET", "/v1/nothing"],
    ["GET", "/v1"],
    ["GET", "/"],
    ["GET", "/threads"],
    ["GET", "/v1/threads"],
    ["GET", "/v1x/threads"],
    ["PUT", "/v1/threads"],
    ["PATCH", "/v1/threads/thread_1"],
    ["OPTIONS", "/v1/threads"],
    ["POST", "/health"],
  ] as const) {
    it(`OpenAI: ${method} ${path} is an invalid URL`, async () => {
      assertError(await ask(running, method, path), "route_not_found", { method, path });
    });
  }

  for (const [method, path] of [
    ["GET", "/openai/nothing"],
    ["GET", "/openai"],
    ["PUT", "/openai/threads"],
  ] as const) {
    it(`Azure: ${method} ${path} is no resource`, async () => {
      assertError(await ask(running, method, `${path}?api-version=1`), "azure_route_not_found");
    });
  }

  it("keeps the query, which may hold a secret, out of the error", async () => {
    const { body } = await ask(running, "GET", "/v1/nothing?key=hidden");
    assert.doesNotMatch(JSON.stringify(body), /hidden/);
  });

  it("does not look at the body of an unknown route", async () => {
    const answer = await ask(running, "POST", "/v1/nothing", { body: "{" });
    assertError(answer, "route_not_found", { method: "POST", path: "/v1/nothing" });
  });

  it("answers a method that few servers know like any unknown one", async () => {
    const text = await sendRaw(running, rawRequest("PROPFIND /v1/threads", ["connection: close"]));
    assert.deepEqual(statuses(text), [404]);
    assert.deepEqual(Object.keys(Object(lastBody(text))), ["error"]);
  });

  it("knows no HEAD beside a GET", async () => {
    const response = await fetch(`${running.server.url}/v1/assistants`, { method: "HEAD" });
    assert.deepEqual([response.status, await response.text()], [404, ""]);
  });
});

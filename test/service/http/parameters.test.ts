import assert from "node:assert/strict";
import { assertError } from "./expected-errors.ts";
import { ask, type ServerUnderTest, startServer } from "./running-server.ts";

describe("parameters over HTTP", () => {
  let running: ServerUnderTest;

  before(async () => {
    running = await startServer();
  });
  beforeEach(() => {
    running.recorder.calls = [];
  });
  after(() => {
    return running.server.close();
  });

  it("refuses a body field that is named like a path parameter", async () => {
    const body = { role: "user", content: "hi", thread_id: "thread_2" };
    const answer = await ask(running, "POST", "/v1/threads/thread_1/messages", { body });
    assertError(answer, "unknown_parameter", { param: "thread_id" });
    assert.equal(running.recorder.calls.length, 0);
  });

  it("refuses a body field where the operation takes no body", async () => {
    const answer = await ask(running, "POST", "/v1/threads/t/runs/r/cancel", { body: { metadata: null } });
    assertError(answer, "unknown_parameter", { param: "metadata" });
  });

  it("refuses a body field when deleting", async () => {
    const answer = await ask(running, "DELETE", "/v1/threads/t", { body: { metadata: null } });
    assertError(answer, "unknown_parameter", { param: "metadata" });
  });

  it("takes an empty object where the operation takes no body", async () => {
    await ask(running, "POST", "/v1/threads/t/runs/r/cancel", { body: {} });
    assert.deepEqual(running.recorder.calls[0]?.parameters, { thread_id: "t", run_id: "r" });
  });

  for (const [title, method, path, param] of [
    ["that no operation knows", "GET", "/v1/assistants?colour=red", "colour"],
    ["that only another list knows", "GET", "/v1/assistants?run_id=run_1", "run_id"],
    ["with the name of a path parameter", "GET", "/v1/threads/t/messages?thread_id=u", "thread_id"],
    ["with the name of a body field", "POST", "/v1/assistants?model=m", "model"],
    ["written as an array", "GET", "/v1/assistants?limit[]=1", "limit[]"],
    ["that every object inherits", "GET", "/v1/assistants?toString=1", "toString"],
    ["that names the prototype", "GET", "/v1/assistants?__proto__=1", "__proto__"],
  ] as const) {
    it(`refuses a query parameter ${title}`, async () => {
      assertError(await ask(running, method, path), "unknown_parameter", { param });
      assert.equal(running.recorder.calls.length, 0);
    });
  }

  for (const [path, param] of [
    ["/v1/assistants?limit=1&limit=2", "limit"],
    ["/v1/assistants?limit=1&limit=1", "limit"],
    ["/openai/assistants?api-version=1&api-version=2", "api-version"],
  ] as const) {
    it(`refuses a query parameter that is repeated: ${path}`, async () => {
      const values = { param, reason: "it is given more than once" };
      assertError(await ask(running, "GET", path), "invalid_value", values);
      assert.equal(running.recorder.calls.length, 0);
    });
  }

  for (const written of ["include[]=a", "include=a"]) {
    it(`takes ${written} for a list of one`, async () => {
      await ask(running, "GET", `/v1/threads/t/runs/r/steps?${written}`);
      assert.deepEqual(running.recorder.calls[0]?.parameters, {
        thread_id: "t",
        run_id: "r",
        include: ["a"],
      });
    });
  }

  it("refuses a list that is written in two ways", async () => {
    const answer = await ask(running, "GET", "/v1/threads/t/runs/r/steps?include=a&include[]=b");
    const values = { param: "include[]", reason: "it is given more than once" };
    assertError(answer, "invalid_value", values);
  });

  it("passes an empty query parameter on for the service to judge", async () => {
    await ask(running, "GET", "/v1/assistants?limit=");
    assert.deepEqual(running.recorder.calls[0]?.parameters, { limit: "" });
  });

  it("leaves a broken % escape in the query as it is", async () => {
    await ask(running, "GET", "/v1/assistants?after=%zz");
    assert.deepEqual(running.recorder.calls[0]?.parameters, { after: "%zz" });
  });

  it("refuses a broken % escape in the path", async () => {
    const answer = await ask(running, "GET", "/v1/threads/%zz");
    assertError(answer, "bad_request", { reason: "the path has a broken % escape." });
  });

  it("passes an id of any length that a request line has room for on for the service to look for", async () => {
    const thread_id = `thread_${"x".repeat(12_000)}`;
    await ask(running, "GET", `/v1/threads/${thread_id}`);
    assert.deepEqual(running.recorder.calls[0]?.parameters, { thread_id });
  });
});

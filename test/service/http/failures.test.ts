import assert from "node:assert/strict";
import { once } from "node:events";
import { ContractError, contractError } from "../../../src/contract/errors.ts";
import { assertError } from "./expected-errors.ts";
import { openConnection, rawRequest } from "./raw-connection.ts";
import type { Call } from "./recording-api.ts";
import { ask, type ServerUnderTest, startServer } from "./running-server.ts";

describe("failures of the API over HTTP", () => {
  let running: ServerUnderTest;

  beforeEach(async () => {
    running = await startServer();
  });
  afterEach(() => running.server.close());

  const failWith = (error: unknown) => {
    running.recorder.respond = () => {
      throw error;
    };
    return ask(running, "GET", "/v1/threads/thread_1");
  };

  it("passes an error of the contract on as it is", async () => {
    const values = { thread_id: "thread_1", run_id: "run_1" };
    assertError(await failWith(contractError("thread_locked", values)), "thread_locked", values);
    assert.deepEqual(running.reported, []);
  });

  it("passes an error's parameter on", async () => {
    const { body } = await failWith(contractError("unknown_parameter", { param: "colour" }));
    assert.deepEqual(body, contractError("unknown_parameter", { param: "colour" }).toWire());
  });

  it("passes a 503 on without reporting it as unexpected", async () => {
    const values = { reason: "disk full" };
    assertError(await failWith(contractError("store_unavailable", values)), "store_unavailable", values);
    assert.deepEqual(running.reported, []);
  });

  it("reports a disk that fails, with what it failed of", async () => {
    const values = { reason: "EIO" };
    const error = contractError("files_unavailable", values, { cause: new Error("/secret/path") });
    assertError(await failWith(error), "files_unavailable", values);
    assert.deepEqual(running.reported, [error]);
  });

  const secrets: [string, unknown][] = [
    ["an Error", new Error("secret")],
    ["an Error with a status of its own", Object.assign(new Error("secret"), { statusCode: 400, code: "X" })],
    ["a string", "secret"],
    ["null", null],
    ["undefined", undefined],
  ];
  for (const [title, thrown] of secrets) {
    it(`hides ${title} behind internal_error and reports it`, async () => {
      assertError(await failWith(thrown), "internal_error");
      assert.equal(running.reported.length, 1);
      if (thrown !== null && thrown !== undefined) assert.equal(running.reported[0], thrown);
    });
  }

  it("hides an error that belongs to a call to another server, and reports it", async () => {
    const error = contractError("connection_failed", { url: "http://secret" });
    assertError(await failWith(error), "internal_error");
    assert.deepEqual(running.reported, [error]);
  });

  it("reports an internal_error that the service threw itself", async () => {
    const cause = new Error("secret");
    assertError(await failWith(contractError("internal_error", {}, { cause })), "internal_error");
    assert.deepEqual(running.reported, [cause]);
  });

  it("reports an answer that cannot be written as JSON", async () => {
    running.recorder.respond = () => ({ id: 1n });
    assertError(await ask(running, "GET", "/v1/threads/thread_1"), "internal_error");
    assert.equal(running.reported.length, 1);
  });

  it("passes a foreign server's error on with its own status", async () => {
    const error = new ContractError("Too fast.", {
      code: "rate_limit_exceeded",
      status: 429,
      type: "requests",
      param: null,
      wireCode: "rate_limit_exceeded",
    });
    const { status, body } = await failWith(error);
    assert.deepEqual([status, body], [429, error.toWire()]);
  });

  it("aborts the call when its caller goes away, and reports nothing", async () => {
    const called = Promise.withResolvers<Call>();
    const givenUp = Promise.withResolvers<void>();
    running.recorder.respond = async (call) => {
      called.resolve(call);
      if (call.signal) await once(call.signal, "abort");
      givenUp.resolve();
      call.signal?.throwIfAborted();
    };
    const socket = await openConnection(running);
    socket.write(rawRequest("GET /v1/threads/thread_1"));
    await called.promise;
    socket.destroy();
    await givenUp.promise;
    await running.server.close();
    assert.deepEqual(running.reported, []);
  });

  it("does not abort a call that is answered", async () => {
    await ask(running, "POST", "/v1/threads", { body: {} });
    await running.server.close();
    assert.equal(running.recorder.calls[0]?.signal?.aborted, false);
  });
});

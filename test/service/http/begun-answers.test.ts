/** Answers in pieces whose caller does not stay for them. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { openConnection, rawRequest } from "./raw-connection.ts";
import type { Call } from "./recording-api.ts";
import { ask, type ServerUnderTest, startServer } from "./running-server.ts";

const STREAM = '{"assistant_id":"asst_1","stream":true}';

describe("an answer in pieces", () => {
  let running: ServerUnderTest;
  let ended: PromiseWithResolvers<void>;

  beforeEach(async () => {
    running = await startServer();
    ended = Promise.withResolvers();
  });
  afterEach(() => running.server.close());

  /** Pieces that hold something until they are let go; the first comes when `ready`. */
  async function* pieces<T>(ready: Promise<unknown>, piece: T): AsyncGenerator<T> {
    try {
      await ready;
      for (;;) yield piece;
    } finally {
      ended.resolve();
    }
  }

  const content = (ready: Promise<unknown>, name = "n.txt") => ({
    content: pieces(ready, Buffer.from("x")),
    type: "text/plain",
    bytes: null,
    name,
  });
  const event = { event: "thread.run.created", data: {} };

  for (const [title, request, respond] of [
    ["of bytes", rawRequest("GET /v1/files/file-1/content"), content],
    [
      "of events",
      rawRequest(
        "POST /v1/threads/thread_1/runs",
        ["content-type: application/json", `content-length: ${STREAM.length}`],
        STREAM,
      ),
      (ready: Promise<unknown>) => pieces(ready, event),
    ],
  ] as const) {
    it(`${title} is let go when its caller leaves before the first piece`, async () => {
      const called = Promise.withResolvers<Call>();
      running.recorder.respond = (call) => {
        called.resolve(call);
        return respond(call.signal ? once(call.signal, "abort") : Promise.reject(new Error("no signal")));
      };
      const socket = await openConnection(running);
      socket.write(request);
      await called.promise;
      socket.destroy();
      await ended.promise;
      assert.deepEqual(running.reported, []);
    });
  }

  it("is let go when its head cannot be made", async () => {
    running.recorder.respond = () => content(Promise.resolve(), "\ud800");
    const { status } = await ask(running, "GET", "/v1/files/file-1/content");
    await ended.promise;
    assert.equal(status, 500);
  });
});

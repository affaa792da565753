import assert from "node:assert/strict";
import { getEventListeners, once } from "node:events";
import { Readable } from "node:stream";
import { fastify } from "fastify";
import { contractError } from "../../../src/contract/errors.ts";
import type { StreamEvent } from "../../../src/contract/events.ts";
import { prepareClosing } from "../../../src/service/http/closing.ts";
import { type FrameSettings, framesOf } from "../../../src/service/http/event-stream.ts";
import { sampleThread } from "../sample-objects.ts";
import { assertError } from "./expected-errors.ts";
import { openConnection, rawRequest, readAll, sendRaw } from "./raw-connection.ts";
import type { Call } from "./recording-api.ts";
import { ask, type ServerUnderTest, startServer } from "./running-server.ts";

const created: StreamEvent = {
  event: "thread.created",
  data: { ...sampleThread(), metadata: { a: "\n\r" } },
};
const FRAME = `event: thread.created\ndata: ${JSON.stringify(created.data)}\n\n`;
const DONE = "event: done\ndata: [DONE]\n\n";
const errorFrame = (error: { toWire(): { error: unknown } }) =>
  `event: error\ndata: ${JSON.stringify(error.toWire().error)}\n\n`;

const BODY = '{"assistant_id":"asst_1","stream":true}';
const POST_RUN = rawRequest(
  "POST /v1/threads/thread_1/runs",
  ["content-type: application/json", `content-length: ${BODY.length}`, "connection: close"],
  BODY,
);

/** The body of an answer that came in chunks, put together; all of it is ASCII. */
function bodyOf(answer: string): string {
  let rest = answer.slice(answer.indexOf("\r\n\r\n") + 4);
  let body = "";
  for (;;) {
    const [line = ""] = rest.split("\r\n", 1);
    const size = Number.parseInt(line, 16);
    if (!(size > 0)) return body;
    const start = line.length + 2;
    body += rest.slice(start, start + size);
    rest = rest.slice(start + size + 2);
  }
}

describe("a stream over HTTP", () => {
  let running: ServerUnderTest;

  beforeEach(async () => {
    running = await startServer();
  });
  afterEach(() => running.server.close());

  const respond = (events: (call: Call) => AsyncIterable<StreamEvent> | Iterable<StreamEvent>) => {
    running.recorder.respond = events;
  };

  it("is one frame for each event, and the end", async () => {
    respond(() => [created, created]);
    const answer = await sendRaw(running, POST_RUN);
    assert.match(answer, /^HTTP\/1\.1 200 OK\r\n/);
    assert.match(answer, /^content-type: text\/event-stream; charset=utf-8\r$/im);
    assert.match(answer, /^cache-control: no-cache, no-transform\r$/im);
    assert.match(answer, /^x-accel-buffering: no\r$/im);
    assert.match(answer, /^x-request-id: req_\w{24}\r$/im);
    assert.equal(bodyOf(answer), FRAME + FRAME + DONE);
  });

  it("sends each event when it comes", async () => {
    const heard = Promise.withResolvers<void>();
    respond(async function* () {
      yield created;
      await heard.promise;
      yield created;
    });
    const socket = await openConnection(running);
    socket.write(POST_RUN);
    let text = "";
    socket.on("data", (chunk: string) => {
      text += chunk;
      if (text.includes(FRAME)) heard.resolve();
    });
    await once(socket, "end");
    assert.equal(bodyOf(text), FRAME + FRAME + DONE);
  });

  it("is an answer with a status where the call is refused", async () => {
    const values = { thread_id: "thread_1", run_id: "run_1" };
    respond(() => {
      throw contractError("thread_has_active_run", values);
    });
    const body = { assistant_id: "asst_1", stream: true };
    const answer = await ask(running, "POST", "/v1/threads/thread_1/runs", { body });
    assertError(answer, "thread_has_active_run", values);
  });

  it("ends with the error that its call fails with", async () => {
    const error = contractError("run_not_found", { id: "run_1" });
    respond(failing(error));
    assert.equal(bodyOf(await sendRaw(running, POST_RUN)), FRAME + errorFrame(error));
    assert.deepEqual(running.reported, []);
  });

  it("hides an unexpected failure behind internal_error and reports it", async () => {
    const error = new Error("secret");
    respond(failing(error));
    const answer = await sendRaw(running, POST_RUN);
    assert.equal(bodyOf(answer), FRAME + errorFrame(contractError("internal_error")));
    assert.deepEqual(running.reported, [error]);
  });

  it("gives its call up when its caller goes away, and reports nothing", async () => {
    const givenUp = Promise.withResolvers<void>();
    respond(async function* ({ signal }) {
      yield created;
      assert.ok(signal);
      await once(signal, "abort");
      givenUp.resolve();
      throw contractError("call_aborted");
    });
    const socket = await openConnection(running);
    socket.write(POST_RUN);
    await once(socket, "data");
    socket.destroy();
    await givenUp.promise;
    await running.server.close();
    assert.deepEqual(running.reported, []);
  });

  it("takes no more events than its caller reads", async () => {
    const large: StreamEvent = {
      event: "thread.created",
      data: { ...sampleThread(), metadata: { a: "x".repeat(2e5) } },
    };
    let taken = 0;
    respond(async function* () {
      for (; taken < 200; taken += 1) yield large;
    });
    const socket = await openConnection(running);
    socket.write(POST_RUN);
    await once(socket, "readable");
    // Other callers are answered while this one does not read: what can be buffered is buffered by then.
    for (let other = 0; other < 50; other += 1) await ask(running, "GET", "/health");
    assert.ok(taken < 200, `${taken} were taken`);
    const answer = await readAll(socket);
    assert.ok(answer.length > 4e7);
  });

  it("may end while the server closes, and then ends its connection", async () => {
    const closing = Promise.withResolvers<void>();
    respond(async function* () {
      yield created;
      await closing.promise;
      yield created;
    });
    const socket = await openConnection(running);
    socket.write(POST_RUN.replace("connection: close\r\n", ""));
    const [head] = await once(socket, "data");
    const closed = running.server.close();
    closing.resolve();
    const before = performance.now();
    const answer = head + (await readAll(socket));
    await closed;
    assert.ok(performance.now() - before < 2000);
    assert.equal(bodyOf(answer), FRAME + FRAME + DONE);
  });
});

/** Events that come to a failure after the first. */
function failing(error: Error) {
  return async function* (): AsyncGenerator<StreamEvent> {
    yield created;
    throw error;
  };
}

describe("the frames of a stream", () => {
  const settings: FrameSettings = {
    keepAliveMs: 10_000,
    deadline: new AbortController().signal,
    explain: () => contractError("service_closed").toWire().error,
  };
  const silent: AsyncIterator<StreamEvent> = { next: () => new Promise(() => {}) };

  it("show that a silent stream lives", async () => {
    const late = Promise.withResolvers<IteratorResult<StreamEvent>>();
    const events: AsyncIterator<StreamEvent> = { next: () => late.promise };
    const frames = framesOf({ done: false, value: created }, events, { ...settings, keepAliveMs: 5 });
    const written: string[] = [];
    for await (const frame of frames) {
      written.push(frame);
      if (written.length === 3) late.resolve({ done: true, value: undefined });
    }
    assert.deepEqual(written.slice(0, 3), [FRAME, ": keep-alive\n\n", ": keep-alive\n\n"]);
    assert.equal(written.at(-1), DONE);
  });

  it("listen to the deadline once, however often they were silent", async () => {
    const { signal } = new AbortController();
    const frames = framesOf({ done: false, value: created }, silent, {
      ...settings,
      keepAliveMs: 1,
      deadline: signal,
    });
    for (let written = 0; written < 20; written += 1) await frames.next();
    assert.equal(getEventListeners(signal, "abort").length, 0);
  });

  it("end with an error at the deadline", async () => {
    const deadline = new AbortController();
    const frames = framesOf({ done: false, value: created }, silent, {
      ...settings,
      deadline: deadline.signal,
    });
    await frames.next();
    const last = frames.next();
    deadline.abort(contractError("service_closed"));
    assert.equal((await last).value, errorFrame(contractError("service_closed")));
    assert.equal((await frames.next()).done, true);
  });

  it("end at once where the deadline is over already", async () => {
    const deadline = AbortSignal.abort(contractError("service_closed"));
    const frames = framesOf({ done: false, value: created }, silent, { ...settings, deadline });
    const written: string[] = [];
    for await (const frame of frames) written.push(frame);
    assert.deepEqual(written, [FRAME, errorFrame(contractError("service_closed"))]);
  });

  it("have their deadline when the grace of a closing server is over", async () => {
    const app = fastify();
    const { close, graceOver } = prepareClosing(app, 20);
    const deadline = graceOver;
    app.get("/", (_request, reply) =>
      reply.send(Readable.from(framesOf({ done: false, value: created }, silent, { ...settings, deadline }))),
    );
    const response = await fetch(await app.listen({ host: "127.0.0.1", port: 0 }));
    const [text] = await Promise.all([response.text(), close()]);
    assert.equal(text, FRAME + errorFrame(contractError("service_closed")));
  });
});

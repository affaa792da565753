import assert from "node:assert/strict";
import { once } from "node:events";
import type { ServerResponse } from "node:http";
import type { AssistantsApi, CallOptions } from "../../src/contract/api.ts";
import { contractError } from "../../src/contract/errors.ts";
import { connect, errorOf, KEY } from "./connect.ts";
import { inTurn, sendJson, sendText, startServer } from "./recording-server.ts";

const EVENT_STREAM = { "content-type": "text/event-stream; charset=utf-8" };
const DONE = "event: done\ndata: [DONE]\n\n";
const frame = (event: string, data: unknown) => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
const CREATED = frame("thread.run.created", { id: "run_1" });
const created = { event: "thread.run.created", data: { id: "run_1" } };

const sendEvents = (...frames: string[]) => sendText(frames.join(""), 200, EVENT_STREAM);

/** Begins a stream and leaves it open. */
function begin(response: ServerResponse, text: string = CREATED): void {
  response.writeHead(200, EVENT_STREAM).write(text);
}

const stream = (api: AssistantsApi, options?: CallOptions): AsyncIterable<unknown> =>
  api.streamRun({ thread_id: "thread_1", assistant_id: "asst_1" }, options);

/** All events; `seen` has those that came before a failure. */
async function read(events: AsyncIterable<unknown>, seen: unknown[] = []): Promise<unknown[]> {
  for await (const event of events) seen.push(event);
  return seen;
}

describe("a stream of the client", function () {
  this.timeout(10_000);

  it("hands out every event untouched, also those that it does not know", async () => {
    const unknown = frame("thread.run.step.new", { id: "step_1", new_field: [1] });
    await using server = await startServer(
      sendEvents(": hello\n\n", CREATED, unknown, "event: note\ndata: no JSON\n\n", DONE),
    );
    await using client = connect(server);
    assert.deepEqual(await read(stream(client.api)), [
      created,
      { event: "thread.run.step.new", data: { id: "step_1", new_field: [1] } },
      { event: "note", data: "no JSON" },
    ]);
  });

  it("is one whatever the case of its media type", async () => {
    const headers = { "content-type": "Text/Event-Stream; charset=UTF-8" };
    await using server = await startServer(sendText(CREATED + DONE, 200, headers));
    await using client = connect(server);
    assert.deepEqual(await read(stream(client.api)), [created]);
  });

  it("ends at [DONE] without the event's name, and uses the connection again", async () => {
    await using server = await startServer(sendEvents(CREATED, "data: [DONE]\n\n"));
    await using client = connect(server);
    assert.deepEqual(await read(stream(client.api)), [created]);
    assert.deepEqual(await read(stream(client.api)), [created]);
    assert.equal(server.sockets, 1);
  });

  it("ends at its end though the server leaves the connection open", async () => {
    await using server = await startServer((response) => begin(response, CREATED + DONE));
    await using client = connect(server);
    assert.deepEqual(await read(stream(client.api)), [created]);
  });

  it("says that it was broken when it ends before its end", async () => {
    await using server = await startServer(sendEvents(CREATED));
    await using client = connect(server);
    const seen: unknown[] = [];
    const { code, message } = await errorOf(read(stream(client.api), seen));
    assert.deepEqual([seen, code], [[created], "stream_broken"]);
    assert.equal(
      message,
      `The stream of POST ${server.url}/v1/threads/thread_1/runs broke off: ` +
        "it ended without saying that it was the end. The run may go on; read it with getRun.",
    );
  });

  it("says that it was broken when its connection breaks, and is not begun again", async () => {
    await using server = await startServer((response) => {
      begin(response);
      setImmediate(() => response.destroy());
    });
    await using client = connect(server);
    assert.equal((await errorOf(read(stream(client.api)))).code, "stream_broken");
    assert.equal(server.seen.length, 1);
  });

  it("says that it was broken when an event of a run is no JSON", async () => {
    await using server = await startServer(sendEvents("event: thread.run.created\ndata: {\n\n", DONE));
    await using client = connect(server);
    const { code, message } = await errorOf(read(stream(client.api)));
    assert.equal(code, "stream_broken");
    assert.match(message, /the data of thread\.run\.created are not JSON/);
  });

  it("rejects with the error that the server sends in it, recognised by its text", async () => {
    const { error } = contractError("service_closed").toWire();
    await using server = await startServer(sendEvents(CREATED, frame("error", error)));
    await using client = connect(server);
    const seen: unknown[] = [];
    const { code, status, type, message } = await errorOf(read(stream(client.api), seen));
    assert.deepEqual(seen, [created]);
    assert.deepEqual([code, status, type, message], ["service_closed", 503, "server_error", error.message]);
  });

  it("rejects with an error that nobody knows, wrapped or not, without the key", async () => {
    const error = { message: `Overloaded, ${KEY}.`, type: "server_error", code: "overloaded", param: null };
    for (const data of [error, { error }]) {
      await using server = await startServer(sendEvents(frame("error", data)));
      await using client = connect(server);
      const { code, status, message } = await errorOf(read(stream(client.api)));
      assert.deepEqual([code, status, message], ["overloaded", 500, "Overloaded, …."]);
    }
  });

  it("rejects with the error of an answer that is refused, as every call does", async () => {
    const wire = contractError("thread_has_active_run", { thread_id: "thread_1", run_id: "run_2" }).toWire();
    await using server = await startServer(sendJson(wire, 400));
    await using client = connect(server);
    assert.equal((await errorOf(read(stream(client.api)))).code, "thread_has_active_run");
  });

  it("says what to do when the server answers without streaming", async () => {
    await using server = await startServer(sendJson({ id: "run_1" }));
    await using client = connect(server);
    const { code, message } = await errorOf(read(stream(client.api)));
    assert.equal(code, "stream_unsupported");
    assert.match(message, /answered otherwise: \{"id":"run_1"\}\. The run may have begun; call the method/);
  });

  it("is asked for again only while the server has not acted on it", async () => {
    const busy = sendJson({ error: { message: "Too fast." } }, 429, { "retry-after-ms": "1" });
    await using server = await startServer(inTurn(busy, sendEvents(CREATED, DONE)));
    await using client = connect(server);
    assert.deepEqual(await read(stream(client.api)), [created]);
    assert.equal(server.seen.length, 2);
  });

  it("may be silent between two pieces for as long as the time limit, and no longer", async () => {
    await using server = await startServer((response) => begin(response));
    await using client = connect(server, { timeoutSeconds: 0.1 });
    const seen: unknown[] = [];
    assert.equal((await errorOf(read(stream(client.api), seen))).code, "request_timeout");
    assert.deepEqual(seen, [created]);
  });

  it("may take longer than the time limit while it is not silent", async () => {
    await using server = await startServer((response) => {
      begin(response);
      let beats = 0;
      const heart = setInterval(() => {
        if (++beats < 30) response.write(": still here\n\n");
        else response.end(DONE);
        if (beats === 30) clearInterval(heart);
      }, 50);
    });
    await using client = connect(server, { timeoutSeconds: 1 });
    assert.deepEqual(await read(stream(client.api)), [created]);
  });

  for (const [what, stop] of [
    ["its signal says so", (giveUp: AbortController) => giveUp.abort()],
    ["its reader goes away", (_: AbortController, done: () => void) => done()],
  ] as const) {
    it(`drops its connection when ${what}`, async () => {
      const hungUp = Promise.withResolvers<void>();
      await using server = await startServer((response) => {
        response.on("close", hungUp.resolve);
        begin(response);
      });
      await using client = connect(server);
      const giveUp = new AbortController();
      const events = stream(client.api, { signal: giveUp.signal })[Symbol.asyncIterator]();
      await events.next();
      stop(giveUp, () => events.return?.());
      await hungUp.promise;
    });
  }

  it("rejects what waits for its next event when its signal says so", async () => {
    await using server = await startServer((response) => begin(response));
    await using client = connect(server);
    const giveUp = new AbortController();
    const reason = new Error("enough");
    const events = stream(client.api, { signal: giveUp.signal })[Symbol.asyncIterator]();
    await events.next();
    const waiting = errorOf(events.next());
    giveUp.abort(reason);
    const { code, cause } = await waiting;
    assert.deepEqual([code, cause], ["call_aborted", reason]);
  });

  it("ends with client_closed when the client is closed, also where nobody reads it", async () => {
    await using server = await startServer((response) => begin(response));
    const client = connect(server);
    const events = stream(client.api)[Symbol.asyncIterator]();
    await events.next();
    await client.close();
    assert.equal((await errorOf(events.next())).code, "client_closed");
  });

  it("is not begun by a client that was closed", async () => {
    await using server = await startServer();
    const client = connect(server);
    await client.close();
    assert.equal((await errorOf(read(stream(client.api)))).code, "client_closed");
    assert.equal(server.seen.length, 0);
  });

  it("takes no connection from the calls, however many streams are open", async () => {
    const STREAMS = 130;
    await using server = await startServer((response, { method }) => {
      if (method === "GET") response.end('{"id":"thread_1"}');
      else begin(response);
    });
    await using client = connect(server, { timeoutSeconds: 5 });
    const streams = Array.from({ length: STREAMS }, () => stream(client.api)[Symbol.asyncIterator]());
    await Promise.all(streams.map((events) => events.next()));
    assert.deepEqual(await client.api.getThread({ thread_id: "thread_1" }), { id: "thread_1" });
    await Promise.all(streams.map((events) => events.return?.()));
  });

  it("reads no further than its reader, however much the server has to say", async () => {
    const PIECES = 300;
    const full = Promise.withResolvers<void>();
    await using server = await startServer(async (response) => {
      begin(response);
      const piece = frame("thread.message.delta", { text: "x".repeat(60_000) });
      for (let sent = 0; sent < PIECES; sent += 1) {
        if (response.write(piece)) continue;
        full.resolve();
        await once(response, "drain");
      }
      response.end(DONE);
    });
    await using client = connect(server);
    const events = stream(client.api)[Symbol.asyncIterator]();
    await events.next();
    await full.promise;
    assert.equal((await read({ [Symbol.asyncIterator]: () => events })).length, PIECES);
  });
});

/** Files on their way: forms that are sent piece by piece, bytes that are read piece by piece. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer, text } from "node:stream/consumers";
import type { AssistantsApi } from "../../src/contract/api.ts";
import { connect, errorOf } from "./connect.ts";
import { sendJson, sendText, startServer } from "./recording-server.ts";

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** A server that leaves the reading of bodies to the test. */
async function listen(handler: Handler): Promise<{ url: string } & AsyncDisposable> {
  const http = createServer(handler).listen(0, "127.0.0.1");
  await once(http, "listening");
  const { port } = http.address() as AddressInfo;
  const dispose = async () => {
    http.close();
    http.closeAllConnections();
    await once(http, "close");
  };
  return { url: `http://127.0.0.1:${port}`, [Symbol.asyncDispose]: dispose };
}

const upload = (api: AssistantsApi, content: Uint8Array | AsyncIterable<Uint8Array>) =>
  api.createFile({ purpose: "vision", file: { name: "n", content } });

async function* inOnePiece(piece: Uint8Array): AsyncGenerator<Uint8Array> {
  yield piece;
}

describe("a file that the client sends", () => {
  it("goes piece by piece: the next is asked for when the one before has arrived", async () => {
    const arrived = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    await using server = await listen(async (request, response) => {
      let seen = "";
      for await (const piece of request.setEncoding("utf8")) {
        seen += piece;
        arrived.forEach((one, index) => {
          if (seen.includes(`piece ${index}`)) one.resolve();
        });
      }
      response.end("{}");
    });
    await using client = connect(server);
    async function* content() {
      for (const [index, one] of arrived.entries()) {
        yield Buffer.from(`piece ${index}`);
        await one.promise;
      }
    }
    await upload(client.api, content());
  });

  it("has its length announced where it is known, and not otherwise", async () => {
    await using server = await startServer();
    await using client = connect(server);
    await upload(client.api, Buffer.from("Hello"));
    await upload(client.api, inOnePiece(Buffer.from("Hello")));
    const [whole, pieces] = server.seen;
    assert.equal(whole?.headers["content-length"], String(whole?.body.length));
    assert.equal(pieces?.headers["content-length"], undefined);
    assert.equal(pieces?.body.length, whole?.body.length);
  });

  it("is sent again as long as it can be", async () => {
    await using server = await startServer((response, seen, count) =>
      sendJson({}, count === 1 ? 429 : 200, { "retry-after-ms": "1" })(response, seen, count),
    );
    await using client = connect(server);
    await upload(client.api, Buffer.from("Hello"));
    const [first, second, ...more] = server.seen;
    assert.ok(first?.body.includes("Hello"));
    assert.deepEqual([second?.body, more], [first?.body, []]);
  });

  it("is not sent again when it could be read once", async () => {
    await using server = await startServer(sendJson({}, 429, { "retry-after-ms": "1" }));
    await using client = connect(server);
    const error = await errorOf(upload(client.api, inOnePiece(Buffer.from("Hello"))));
    assert.deepEqual([error.status, server.seen.length], [429, 1]);
  });

  it("is given up when its content fails; the server is not told that it is whole", async () => {
    const ended = Promise.withResolvers<string>();
    await using server = await listen((request) => {
      text(request).then(
        () => ended.resolve("whole"),
        () => ended.resolve("cut off"),
      );
    });
    await using client = connect(server);
    async function* failing() {
      yield Buffer.from("Hello");
      throw new Error("The tape is torn.");
    }
    const error = await errorOf(upload(client.api, failing()));
    assert.equal(error.code, "content_unreadable");
    assert.equal(await ended.promise, "cut off");
  });

  it("is no longer read when the server has refused it", async () => {
    await using server = await listen((_request, response) => {
      const { error } = {
        error: { message: "Too large.", type: "invalid_request_error", code: "file_too_large" },
      };
      response.writeHead(413, { "content-type": "application/json" }).end(JSON.stringify({ error }));
    });
    await using client = connect(server);
    const released = Promise.withResolvers<void>();
    async function* endless() {
      try {
        for (;;) yield Buffer.alloc(64 * 1024);
      } finally {
        released.resolve();
      }
    }
    const { code, status } = await errorOf(upload(client.api, endless()));
    assert.deepEqual([code, status], ["file_too_large", 413]);
    await released.promise;
  });

  it("may take longer than a call, as long as it moves", async () => {
    await using server = await startServer();
    await using client = connect(server, { timeoutSeconds: 0.3 });
    async function* slow() {
      for (let count = 0; count < 8; count += 1) {
        await new Promise((resolve) => setTimeout(resolve, 60));
        yield Buffer.from("x");
      }
    }
    await upload(client.api, slow());
  });

  it("is given up when it moves no more", async () => {
    await using server = await startServer();
    await using client = connect(server, { timeoutSeconds: 0.2 });
    async function* hanging() {
      yield Buffer.from("x");
      await new Promise(() => {});
    }
    assert.equal((await errorOf(upload(client.api, hanging()))).code, "request_timeout");
  });

  it("cannot break out of its form by the name of a field", async () => {
    await using server = await startServer();
    await using client = connect(server);
    const file = { name: 'a"b', content: Buffer.from("x") };
    const fields = { purpose: "vision", file, 'c"\r\nx-evil: 1\r\n\r\n': "v" };
    await Reflect.apply(client.api.createFile, client.api, [fields]);
    const body = server.seen[0]?.body ?? "";
    assert.ok(body.includes('form-data; name="file"; filename="a\\"b"\r\n'));
    assert.ok(body.includes('form-data; name="c\\"%0D%0Ax-evil: 1%0D%0A%0D%0A"\r\n\r\nv\r\n'));
  });
});

describe("a file that the client reads", () => {
  const file_id = "file-1";

  it("is described by the answer's headers", async () => {
    const rows: [headers: Record<string, string>, type: string, name: string | null][] = [
      [{}, "application/octet-stream", null],
      [{ "content-type": "text/csv", "content-disposition": "attachment" }, "text/csv", null],
      [{ "content-disposition": 'attachment; filename="a b.txt"' }, "application/octet-stream", "a b.txt"],
      [{ "content-disposition": "inline; filename=a.txt; x=y" }, "application/octet-stream", "a.txt"],
      [
        { "content-disposition": 'attachment; filename="..\\\\..\\\\evil.sh"' },
        "application/octet-stream",
        "evil.sh",
      ],
      [
        { "content-disposition": "attachment; filename*=UTF-8''..%2Fevil%20.sh" },
        "application/octet-stream",
        "evil .sh",
      ],
      [
        { "content-disposition": "attachment; filename=\"a\"; filename*=UTF-8''%ZZ" },
        "application/octet-stream",
        "a",
      ],
    ];
    for (const [headers, type, name] of rows) {
      await using server = await startServer(sendText("Hello", 200, { "content-length": "5", ...headers }));
      await using client = connect(server);
      const { content, ...described } = await client.api.getFileContent({ file_id });
      assert.equal((await buffer(content)).toString(), "Hello");
      assert.deepEqual(described, { type, bytes: 5, name });
    }
  });

  it("has no size where the server says none", async () => {
    await using server = await listen((_request, response) => {
      response.write("Hel");
      response.end("lo");
    });
    await using client = connect(server);
    const { content, bytes } = await client.api.getFileContent({ file_id });
    assert.deepEqual([bytes, (await buffer(content)).toString()], [null, "Hello"]);
  });

  for (const [title, headers] of [
    ["with a size", { "content-length": "1000" }],
    ["without a size", {}],
  ] as const) {
    it(`${title} that is cut off is no whole one`, async () => {
      await using server = await listen((_request, response) => {
        response.writeHead(200, headers);
        response.write("Hello", () => response.destroy());
      });
      await using client = connect(server);
      const { content } = await client.api.getFileContent({ file_id });
      const error = await errorOf(buffer(content));
      assert.equal(error.code, "content_broken");
      assert.match(
        error.message,
        /^The content that GET http\S+\/files\/file-1\/content answers with broke off: /,
      );
    });
  }

  it("is asked for again where that is due", async () => {
    await using server = await startServer((response, seen, count) =>
      (count === 1 ? sendJson({}, 503, { "retry-after-ms": "1" }) : sendText("Hello"))(response, seen, count),
    );
    await using client = connect(server);
    const { content } = await client.api.getFileContent({ file_id });
    assert.equal((await buffer(content)).toString(), "Hello");
  });

  it("may be JSON, and is not read as such", async () => {
    await using server = await startServer(
      sendText("{not json", 200, { "content-type": "application/json" }),
    );
    await using client = connect(server);
    const { content } = await client.api.getFileContent({ file_id });
    assert.equal((await buffer(content)).toString(), "{not json");
  });

  it("ends with the client", async () => {
    await using server = await listen((_request, response) => response.write("Hello"));
    await using client = connect(server);
    const { content } = await client.api.getFileContent({ file_id });
    const reading = errorOf(buffer(content));
    await client.close();
    assert.equal((await reading).code, "client_closed");
  });

  it("that nobody reads holds no connection for ever", async () => {
    const closed = Promise.withResolvers<void>();
    await using server = await listen((request, response) => {
      request.socket.once("close", () => closed.resolve());
      response.write("Hello");
    });
    await using client = connect(server, { timeoutSeconds: 0.1 });
    const { content } = await client.api.getFileContent({ file_id });
    await closed.promise;
    assert.equal((await errorOf(buffer(content))).code, "content_broken");
  });
});

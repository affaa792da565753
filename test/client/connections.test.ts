import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { inspect, promisify } from "node:util";
import { connect, errorOf } from "./connect.ts";
import { sendJson, startServer } from "./recording-server.ts";

const thread = { thread_id: "thread_1" };

describe("connections", () => {
  it("are kept: twenty calls one after another use one", async () => {
    await using server = await startServer();
    await using client = connect(server);
    for (let count = 0; count < 20; count++) await client.api.getThread(thread);
    assert.equal(server.seen.length, 20);
    assert.equal(server.sockets, 1);
  });

  it("are kept over errors", async () => {
    await using server = await startServer(sendJson({ error: { message: "no" } }, 400));
    await using client = connect(server);
    for (let count = 0; count < 5; count++) await errorOf(client.api.createThread({}));
    assert.equal(server.sockets, 1);
  });
});

describe("a closed client", () => {
  it("refuses calls with a clear error", async () => {
    await using server = await startServer();
    await using client = connect(server);
    await client.api.getThread(thread);
    await client.close();
    const error = await errorOf(client.api.getThread(thread));
    assert.equal(error.code, "client_closed");
    assert.equal(server.seen.length, 1);
  });

  it("refuses calls also if it never made one", async () => {
    const client = connect({ url: "http://127.0.0.1:1" });
    await client.close();
    assert.equal((await errorOf(client.api.getThread(thread))).code, "client_closed");
  });

  it("first lets the calls under way end", async () => {
    const release = Promise.withResolvers<void>();
    await using server = await startServer((response) => {
      release.promise.then(() => response.end('{"id":"x"}'));
    });
    const client = connect(server);
    const call = client.api.createThread({});
    await server.arrival;
    const closing = client.close();
    release.resolve();
    assert.deepEqual(await call, { id: "x" });
    await closing;
  });

  it("has no connection left", async function () {
    this.timeout(1500); // Less than an idle connection would be kept.
    const hungUp = Promise.withResolvers<void>();
    await using server = await startServer((response) => {
      response.socket?.on("close", hungUp.resolve);
      response.end("{}");
    });
    const client = connect(server);
    await client.api.getThread(thread);
    await client.close();
    await hungUp.promise;
  });

  it("can be closed again", async () => {
    const client = connect({ url: "http://127.0.0.1:1" });
    await client.close();
    await client.close();
  });
});

describe("a proxy in the environment", () => {
  const names = ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "no_proxy", "NO_PROXY"];
  const before = new Map(names.map((name) => [name, process.env[name]]));
  const restore = () => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  };
  beforeEach(() => {
    for (const name of names) delete process.env[name];
  });
  afterEach(restore);

  it("gets the requests", async () => {
    await using proxy = await startServer();
    process.env["HTTP_PROXY"] = proxy.url;
    await using client = connect({ url: "http://assistants.invalid" });
    await client.api.getThread(thread);
    assert.equal(proxy.seen[0]?.path, "http://assistants.invalid/v1/threads/thread_1");
  });

  it("does not get those to hosts in NO_PROXY", async () => {
    await using proxy = await startServer();
    await using server = await startServer();
    process.env["HTTP_PROXY"] = proxy.url;
    process.env["NO_PROXY"] = "127.0.0.1";
    await using client = connect(server);
    await client.api.getThread(thread);
    assert.deepEqual([server.seen.length, proxy.seen.length], [1, 0]);
  });

  for (const address of ["user:geheim@proxy", "http://user:geheim@:0:0/"]) {
    it(`that is no address is named, without its password: ${address}`, async () => {
      process.env["HTTP_PROXY"] = address;
      await using client = connect({ url: "http://assistants.invalid" });
      const error = await errorOf(client.api.getThread(thread));
      assert.equal(error.code, "invalid_proxy");
      assert.ok(!inspect(error).includes("geheim"));
    });
  }
});

describe("importing the client", () => {
  // A process of its own, because this one has loaded undici long ago.
  const script = `
    import { registerHooks } from "node:module";
    const loaded = [];
    registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) });
    const count = () => loaded.filter((url) => /\\/node_modules\\//.test(url)).length;
    const { createClient } = await import(process.argv[1]);
    const settings = { dialect: "openai", baseUrl: "http://127.0.0.1:1", apiKey: "", maxRetries: 0 };
    const { api } = createClient(settings);
    const before = count();
    await api.getThread({ thread_id: "thread_1" }).catch(() => undefined);
    console.log(JSON.stringify({ before, after: count() > 0 }));
  `;

  it("loads no package before the first call", async () => {
    const url = new URL("../../src/client/client.ts", import.meta.url).href;
    const flags = ["--input-type=module", "--eval", script, url];
    const { stdout } = await promisify(execFile)(process.execPath, flags);
    assert.deepEqual(JSON.parse(stdout), { before: 0, after: true });
  });
});

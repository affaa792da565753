/** Contents of files, of which a part is asked for. */
import assert from "node:assert/strict";
import { type HttpServer, startHttpServer } from "../../../src/service/http/server.ts";
import { ScriptedModel } from "../../scripted-model.ts";
import { freshService, type RunningService } from "../running-service.ts";
import { RecordingApi } from "./recording-api.ts";
import { KEY, openaiHeaders, type ServerUnderTest, startServer } from "./running-server.ts";

/** More than one piece, and every place is known by what stands there. */
const TEXT = Array.from({ length: 20_000 }, (_, line) => `${line}`.padStart(9)).join("\n");

describe("ranges of a file's content over HTTP", () => {
  let service: RunningService;
  let server: HttpServer;
  let address: string;

  before(async () => {
    service = await freshService(new ScriptedModel());
    server = await startHttpServer({ api: service.api, apiKey: KEY, port: 0 });
    const file = { name: "lines.txt", type: "text/plain", content: Buffer.from(TEXT) };
    const { id } = await service.api.createFile({ purpose: "assistants", file });
    address = `${server.url}/v1/files/${id}/content`;
  });
  after(async () => {
    await server.close();
    await service[Symbol.asyncDispose]();
    assert.deepEqual(service.reported, []);
  });

  async function get(headers: Record<string, string>) {
    const response = await fetch(address, { headers: { ...openaiHeaders, ...headers } });
    const named = (name: string) => response.headers.get(name);
    return { status: response.status, named, text: await response.text() };
  }

  for (const [range, first, last] of [
    ["bytes=0-9", 0, 9],
    ["bytes=60000-130000", 60_000, 130_000],
    ["bytes=199990-", 199_990, TEXT.length - 1],
    ["bytes=-7", TEXT.length - 7, TEXT.length - 1],
  ] as const) {
    it(`are answered alone: ${range}`, async () => {
      const { status, named, text } = await get({ range });
      assert.deepEqual([status, text], [206, TEXT.slice(first, last + 1)]);
      assert.deepEqual(
        [named("content-range"), named("content-length"), named("accept-ranges")],
        [`bytes ${first}-${last}/${TEXT.length}`, String(last - first + 1), "bytes"],
      );
      assert.equal(named("content-type"), "text/plain");
    });
  }

  it("are announced where none is asked for", async () => {
    const { status, named, text } = await get({});
    assert.deepEqual([status, text === TEXT], [200, true]);
    assert.deepEqual(
      [named("content-length"), named("accept-ranges"), named("content-range")],
      [String(TEXT.length), "bytes", null],
    );
  });

  it("are answered with the whole where there are several", async () => {
    const { status, text } = await get({ range: "bytes=0-1,5-6" });
    assert.deepEqual([status, text === TEXT], [200, true]);
  });

  it("behind the end are refused, with the size of the whole", async () => {
    const { status, named, text } = await get({ range: `bytes=${TEXT.length}-` });
    assert.deepEqual([status, named("content-range")], [416, `bytes */${TEXT.length}`]);
    assert.deepEqual(JSON.parse(text).error, {
      message: `The file has no bytes in that range: it has ${TEXT.length}.`,
      type: "invalid_request_error",
      param: null,
      code: null,
    });
  });

  it("are only answered for the content that their sender knows", async () => {
    const { named } = await get({});
    const etag = named("etag") ?? "";
    assert.match(etag, /^"file-\w{24}"$/);
    assert.equal((await get({ range: "bytes=0-1", "if-range": etag })).status, 206);
    assert.equal((await get({ range: "bytes=0-1", "if-range": '"another"' })).status, 200);
  });

  it("are answered with the whole by an API that has no ranges", async () => {
    const running = await startServer();
    running.recorder.respond = new RecordingApi().respond;
    const headers = { ...openaiHeaders, range: "bytes=0-1" };
    const response = await fetch(`${running.server.url}/v1/files/file-1/content`, { headers });
    assert.deepEqual([response.status, await response.text()], [200, "getFileContent"]);
    assert.equal(response.headers.get("accept-ranges"), null);
    await running.server.close();
  });
});

describe("a content of a type that no header takes", () => {
  let running: ServerUnderTest;
  before(async () => {
    running = await startServer();
  });
  after(() => running.server.close());

  for (const type of ["text/plain\r\nx-evil: 1", "text/\u202e", "", "text/\0"]) {
    it(`is answered as bytes of which nothing is known: ${JSON.stringify(type)}`, async () => {
      running.recorder.respond = (call) => ({ ...new RecordingApi().respond(call), type });
      const headers = openaiHeaders;
      const response = await fetch(`${running.server.url}/v1/files/file-1/content`, { headers });
      assert.equal(response.headers.get("content-type"), "application/octet-stream");
      assert.deepEqual([response.status, await response.text()], [200, "getFileContent"]);
    });
  }
});

/** Requests that are forms with a file: what comes of good ones, and that bad ones leave nothing. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { type HttpServer, startHttpServer } from "../../../src/service/http/server.ts";
import { ScriptedModel } from "../../scripted-model.ts";
import { openRunning, type RunningService } from "../running-service.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { openConnection, rawRequest, readAll, sendRaw, statuses } from "./raw-connection.ts";
import { KEY, openaiHeaders } from "./running-server.ts";

const BOUNDARY = "between";
const TYPE = `multipart/form-data; boundary=${BOUNDARY}`;

const part = (disposition: string, content: string, type?: string) =>
  `--${BOUNDARY}\r\ncontent-disposition: form-data; ${disposition}\r\n` +
  `${type === undefined ? "" : `content-type: ${type}\r\n`}\r\n${content}\r\n`;
const field = (name: string, value: string) => part(`name="${name}"`, value);
const PURPOSE = field("purpose", "vision");
const FILE = part('name="file"; filename="a.txt"', "Hello", "text/plain");
const END = `--${BOUNDARY}--\r\n`;

describe("forms over HTTP", () => {
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
  let service: RunningService;
  let server: HttpServer;
  const reported: unknown[] = [];

  before(async () => {
    directory = await temporaryDirectory();
    service = await openRunning(directory.path, new ScriptedModel());
    const onError = (error: unknown) => reported.push(error);
    server = await startHttpServer({ api: service.api, apiKey: KEY, port: 0, onError });
  });
  after(async () => {
    await server.close();
    await service.close();
    await directory[Symbol.asyncDispose]();
    assert.deepEqual([...reported, ...service.reported], []);
  });

  async function post(body: BodyInit | null, headers: Record<string, string> = {}, path = "/v1/files") {
    const request = { method: "POST", headers: { ...openaiHeaders, ...headers }, body };
    const response = await fetch(server.url + path, request);
    return { status: response.status, body: Object(await response.json()) };
  }
  const postText = (body: string) => post(body, { "content-type": TYPE });

  /** The names on the disk and the number of files that the service knows of. */
  async function state() {
    const names = await readdir(join(directory.path, "files")).catch(() => []);
    const { data } = await service.api.listFiles({});
    assert.deepEqual(names.sort(), data.map((file) => file.id).sort());
    return names.length;
  }

  async function contentOf(file_id: string): Promise<string> {
    const headers = openaiHeaders;
    return (await fetch(`${server.url}/v1/files/${file_id}/content`, { headers })).text();
  }

  const arriving = async () =>
    (await readdir(join(directory.path, "files"))).some((name) => name.endsWith(".incoming"));

  for (const [title, body] of [
    ["behind its fields", PURPOSE + FILE + END],
    ["before its fields", FILE + PURPOSE + END],
    [
      "between its fields",
      field("expires_after[anchor]", "created_at") +
        FILE +
        field("expires_after[seconds]", "3600") +
        PURPOSE +
        END,
    ],
    ["with text around", `before\r\n${PURPOSE}${FILE}${END}after`],
  ] as const) {
    it(`take a file ${title}`, async () => {
      const { status, body: file } = await postText(body);
      assert.deepEqual([status, file.purpose, file.filename, file.bytes], [200, "vision", "a.txt", 5]);
      assert.equal(await contentOf(file.id), "Hello");
    });
  }

  it("take what browsers and SDKs send, in either dialect", async () => {
    for (const [path, headers] of [
      ["/v1/files", { authorization: `Bearer ${KEY}` }],
      ["/openai/files?api-version=2024-05-01-preview", { "api-key": KEY }],
    ] as const) {
      const form = new FormData();
      form.set("file", new Blob(["Hello"], { type: "text/markdown" }), "안녕.md");
      form.set("purpose", "assistants");
      form.set("expires_after[anchor]", "created_at");
      form.set("expires_after[seconds]", "7200");
      const response = await fetch(server.url + path, { method: "POST", headers, body: form });
      const file = Object(await response.json());
      assert.deepEqual([response.status, file.filename], [200, "안녕.md"]);
      assert.equal(file.expires_at, file.created_at + 7200);
    }
  });

  it("take names in which browsers and SDKs escape quotation marks", async () => {
    const form = new FormData();
    form.set("file", new Blob(["Hello"]), 'a "b" 100%.txt');
    form.set("purpose", "assistants");
    const { body } = await post(form);
    assert.equal(body.filename, 'a "b" 100%.txt');
  });

  it("refuse a name in which line breaks are escaped", async () => {
    const { status, body } = await postText(FILE.replace("a.txt", "a%0D%0Ab.txt") + PURPOSE + END);
    assert.deepEqual([status, body.error.param], [400, "file.name"]);
  });

  it("answer with bytes under their name, that no browser shows", async () => {
    const { body: file } = await post(
      part('name="file"; filename="안녕 \\"x\\".html"', "<b>", "text/html") + PURPOSE + END,
      { "content-type": TYPE },
    );
    const response = await fetch(`${server.url}/v1/files/${file.id}/content`, { headers: openaiHeaders });
    const { headers } = response;
    assert.equal(await response.text(), "<b>");
    assert.deepEqual(
      ["content-type", "content-length", "content-disposition", "x-content-type-options"].map((name) =>
        headers.get(name),
      ),
      [
        "text/html",
        "3",
        "attachment; filename=\"__ _x_.html\"; filename*=UTF-8''%EC%95%88%EB%85%95%20%22x%22.html",
        "nosniff",
      ],
    );
  });

  const bad: [title: string, body: string, code: string, param: string | null][] = [
    ["without a file", PURPOSE + END, "missing_required_parameter", "file"],
    ["of nothing", END, "missing_required_parameter", "file"],
    ["without a purpose", FILE + END, "missing_required_parameter", "purpose"],
    ["with a wrong purpose behind the file", FILE + field("purpose", "x") + END, "invalid_value", "purpose"],
    ["with two files", PURPOSE + FILE + FILE + END, "invalid_form", null],
    ["with many files", PURPOSE + FILE.repeat(40) + END, "invalid_form", null],
    [
      "with a file of another name",
      PURPOSE + FILE.replace('"file"', '"data"') + END,
      "unknown_parameter",
      "data",
    ],
    ["with an unknown field", PURPOSE + FILE + field("colour", "red") + END, "unknown_parameter", "colour"],
    [
      "with an unknown field before the file",
      field("colour", "red") + PURPOSE + FILE + END,
      "unknown_parameter",
      "colour",
    ],
    ["with a field twice", PURPOSE + PURPOSE + FILE + END, "invalid_value", "purpose"],
    ["with a field before and behind the file", PURPOSE + FILE + PURPOSE + END, "invalid_value", "purpose"],
    ["with a file that is a field", PURPOSE + field("file", "Hello") + END, "invalid_type", "file"],
    [
      "with a file without a name",
      PURPOSE + part('name="file"', "x", "application/octet-stream") + END,
      "missing_required_parameter",
      "file.name",
    ],
    ["with a part without a name", PURPOSE + part('filename="a"', "x") + FILE + END, "invalid_form", null],
    ["with a long field", field("purpose", "x".repeat(100_000)) + FILE + END, "invalid_value", "purpose"],
    [
      "with many fields",
      Array.from({ length: 50 }, (_, n) => field(`f${n}`, "")).join("") + FILE + END,
      "invalid_form",
      null,
    ],
    ["that is cut off in a field", `${FILE}--${BOUNDARY}\r\ncontent-disp`, "invalid_form", null],
    ["that is cut off in the file", PURPOSE + FILE.slice(0, -4), "invalid_form", null],
    ["that is cut off behind the file", PURPOSE + FILE, "invalid_form", null],
    ["of another boundary", "--other\r\n\r\n--other--\r\n", "invalid_form", null],
    ["with a field called __proto__", FILE + PURPOSE + field("__proto__", "x") + END, "invalid_form", null],
    [
      "with a property called __proto__",
      FILE + PURPOSE + field("expires_after[__proto__]", "x") + END,
      "invalid_json",
      null,
    ],
    [
      "with a property of a property",
      FILE + PURPOSE + field("expires_after[a][b]", "x") + END,
      "unknown_parameter",
      "expires_after[a][b]",
    ],
    [
      "with seconds that are no number",
      FILE +
        PURPOSE +
        field("expires_after[anchor]", "created_at") +
        field("expires_after[seconds]", "1e4") +
        END,
      "invalid_type",
      "expires_after.seconds",
    ],
  ];
  for (const [title, body, code, param] of bad) {
    it(`${title} are refused and leave nothing`, async () => {
      const before = await state();
      const answer = await postText(body);
      const { error } = answer.body;
      assert.equal(answer.status, 400);
      assert.deepEqual([error.code, error.param, error.type], [code, param, "invalid_request_error"]);
      assert.equal(await state(), before);
    });
  }

  for (const [title, type] of [
    ["JSON", "application/json"],
    ["text", "text/plain"],
    ["a form of the other kind", "application/x-www-form-urlencoded"],
  ] as const) {
    it(`are the only bodies that are taken: not ${title}`, async () => {
      const { status, body } = await post("{}", { "content-type": type });
      assert.deepEqual([status, body.error.message], [415, "The body must be multipart/form-data."]);
    });
  }

  it("are the only bodies that are taken: not none at all", async () => {
    assert.equal((await post(null)).status, 415);
  });

  it("without a boundary are refused", async () => {
    const { status, body } = await post(FILE + PURPOSE + END, { "content-type": "multipart/form-data" });
    assert.deepEqual([status, body.error.code], [400, "invalid_form"]);
  });

  it("are no bodies for other operations", async () => {
    const { status } = await post(FILE + PURPOSE + END, { "content-type": TYPE }, "/v1/threads");
    assert.equal(status, 415);
  });

  it("of strangers are refused", async () => {
    const headers = { "content-type": TYPE, authorization: "Bearer wrong" };
    assert.equal((await post(FILE + PURPOSE + END, headers)).status, 401);
  });

  it("whose sender goes away leave nothing", async () => {
    const before = await state();
    const socket = await openConnection({ server });
    const head = PURPOSE + part('name="file"; filename="a.txt"', "x".repeat(200_000)).slice(0, -2);
    socket.write(rawRequest("POST /v1/files", [`content-type: ${TYPE}`, "content-length: 1000000"], head));
    while (!(await arriving()));
    socket.destroy();
    while (await arriving());
    assert.equal(await state(), before);
  });

  for (const [title, before, param] of [
    ["a wrong parameter", field("purpose", "x"), "purpose"],
    ["a wrong property", field("expires_after[anchor]", "x"), "expires_after.anchor"],
  ] as const) {
    it(`with ${title} before the file are refused before it has come`, async () => {
      const head = before + part('name="file"; filename="a.txt"', "x".repeat(1000)).slice(0, -2);
      const socket = await openConnection({ server });
      socket.write(rawRequest("POST /v1/files", [`content-type: ${TYPE}`, "content-length: 1000000"], head));
      // The rest of the file never comes: only an answer ends the wait.
      const [first] = await once(socket, "data");
      socket.destroy();
      const text = String(first);
      assert.deepEqual(statuses(text), [400]);
      assert.ok(text.includes(`"param":"${param}"`), text);
    });
  }

  it("that end too early are told so, if their sender still listens", async () => {
    const before = await state();
    const socket = await openConnection({ server });
    socket.end(
      rawRequest("POST /v1/files", [`content-type: ${TYPE}`, "content-length: 1000"], PURPOSE + FILE),
    );
    assert.deepEqual(statuses(await readAll(socket)), [400]);
    // The answer comes from who reads requests, not from who keeps files.
    while (await arriving());
    assert.equal(await state(), before);
  });

  describe("with a part of an upload", () => {
    let address: string;
    let upload_id: string;

    beforeEach(async () => {
      const fields = { filename: "x", purpose: "batch", bytes: 5, mime_type: "text/plain" } as const;
      upload_id = (await service.api.createUpload(fields)).id;
      address = `/v1/uploads/${upload_id}/parts`;
    });
    // It takes along the parts that a test has added.
    afterEach(() => service.api.cancelUpload({ upload_id }));

    const data = (name: string) => part(`name="data"; filename="${name}"`, "Hello");
    const postPart = (body: string) => post(body, { "content-type": TYPE }, address);

    for (const name of ["a.txt", "", "..", "../../etc/passwd", "a\0b", "\u202egpj.exe", "x".repeat(300)]) {
      it(`are taken whatever it is called: ${JSON.stringify(name).slice(0, 30)}`, async () => {
        const { status, body } = await postPart(data(name) + END);
        assert.deepEqual([status, body.object, body.upload_id], [200, "upload.part", upload_id]);
      });
    }

    it("are taken though it has no name", async () => {
      const { status } = await postPart(part('name="data"', "Hello", "application/octet-stream") + END);
      assert.equal(status, 200);
    });

    for (const [title, body, code, param] of [
      ["without data", END, "missing_required_parameter", "data"],
      ["without anything", "", "missing_required_parameter", "data"],
      ["with data that is a field", field("data", "Hello") + END, "invalid_type", "data"],
      ["with a part of another name", FILE + END, "unknown_parameter", "file"],
      ["with two parts", data("a") + data("b") + END, "invalid_form", null],
      ["with another field", PURPOSE + data("a") + END, "unknown_parameter", "purpose"],
      ["with another field behind it", data("a") + PURPOSE + END, "unknown_parameter", "purpose"],
      [
        "with another upload",
        field("upload_id", "upload_1") + data("a") + END,
        "unknown_parameter",
        "upload_id",
      ],
      ["that is cut off in the part", data("a").slice(0, -4), "invalid_form", null],
      ["that is cut off behind the part", data("a"), "invalid_form", null],
    ] as const) {
      it(`${title} are refused and leave nothing`, async () => {
        const before = await state();
        const answer = await postPart(body);
        const { error } = answer.body;
        assert.deepEqual([answer.status, error.code, error.param], [400, code, param]);
        assert.equal(await state(), before);
      });
    }

    it("are refused before it has come where there is no such upload", async () => {
      const socket = await openConnection({ server });
      const head = data("a").slice(0, -2);
      const headers = [`content-type: ${TYPE}`, "content-length: 1000000"];
      socket.write(rawRequest("POST /v1/uploads/upload_none/parts", headers, head));
      // The rest of the part never comes: only an answer ends the wait.
      const [first] = await once(socket, "data");
      socket.destroy();
      assert.deepEqual(statuses(String(first)), [404]);
    });
  });

  it("that are refused early leave the connection fit for the next request", async () => {
    const wrong = FILE.replace('"file"', '"data"').replace("Hello", "x".repeat(3_000_000)) + END;
    const text = await sendRaw(
      { server },
      rawRequest("POST /v1/files", [`content-type: ${TYPE}`, `content-length: ${wrong.length}`], wrong) +
        rawRequest("GET /v1/files", ["connection: close"]),
    );
    assert.deepEqual(statuses(text), [400, 200]);
  });
});

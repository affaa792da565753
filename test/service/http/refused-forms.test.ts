/** Requests that are bad forms: they leave nothing. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { type FormServer, useFormServer } from "./form-server.ts";
import { DASHES, END, FILE, field, PURPOSE, part, TYPE } from "./form-text.ts";
import { openConnection, rawRequest, readAll, sendRaw, statuses } from "./raw-connection.ts";

describe("forms over HTTP", () => {
  const served = useFormServer();
  let forms: FormServer;

  before(() => {
    forms = served();
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
    ["that is cut off in a field", `${FILE}${DASHES}\r\ncontent-disp`, "invalid_form", null],
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
      const before = await forms.state();
      const answer = await forms.postText(body);
      const { error } = answer.body;
      assert.equal(answer.status, 400);
      assert.deepEqual([error.code, error.param, error.type], [code, param, "invalid_request_error"]);
      assert.equal(await forms.state(), before);
    });
  }

  for (const [title, type] of [
    ["JSON", "application/json"],
    ["text", "text/plain"],
    ["a form of the other kind", "application/x-www-form-urlencoded"],
  ] as const) {
    it(`are the only bodies that are taken: not ${title}`, async () => {
      const { status, body } = await forms.post("{}", { "content-type": type });
      assert.deepEqual([status, body.error.message], [415, "The body must be multipart/form-data."]);
    });
  }

  it("are the only bodies that are taken: not none at all", async () => {
    assert.equal((await forms.post(null)).status, 415);
  });

  it("without a boundary are refused", async () => {
    const { status, body } = await forms.post(FILE + PURPOSE + END, {
      "content-type": "multipart/form-data",
    });
    assert.deepEqual([status, body.error.code], [400, "invalid_form"]);
  });

  it("are no bodies for other operations", async () => {
    const { status } = await forms.post(FILE + PURPOSE + END, { "content-type": TYPE }, "/v1/threads");
    assert.equal(status, 415);
  });

  it("of strangers are refused", async () => {
    const headers = { "content-type": TYPE, authorization: "Bearer wrong" };
    assert.equal((await forms.post(FILE + PURPOSE + END, headers)).status, 401);
  });

  it("whose sender goes away leave nothing", async () => {
    const before = await forms.state();
    const socket = await openConnection(forms);
    const head = PURPOSE + part('name="file"; filename="a.txt"', "x".repeat(200_000)).slice(0, -2);
    socket.write(rawRequest("POST /v1/files", [`content-type: ${TYPE}`, "content-length: 1000000"], head));
    while (!(await forms.arriving()));
    socket.destroy();
    while (await forms.arriving());
    assert.equal(await forms.state(), before);
  });

  for (const [title, before, param] of [
    ["a wrong parameter", field("purpose", "x"), "purpose"],
    ["a wrong property", field("expires_after[anchor]", "x"), "expires_after.anchor"],
  ] as const) {
    it(`with ${title} before the file are refused before it has come`, async () => {
      const head = before + part('name="file"; filename="a.txt"', "x".repeat(1000)).slice(0, -2);
      const socket = await openConnection(forms);
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
    const before = await forms.state();
    const socket = await openConnection(forms);
    socket.end(
      rawRequest("POST /v1/files", [`content-type: ${TYPE}`, "content-length: 1000"], PURPOSE + FILE),
    );
    assert.deepEqual(statuses(await readAll(socket)), [400]);
    // The answer comes from who reads requests, not from who keeps files.
    while (await forms.arriving());
    assert.equal(await forms.state(), before);
  });

  it("that are refused early leave the connection fit for the next request", async () => {
    const wrong = FILE.replace('"file"', '"data"').replace("Hello", "x".repeat(3_000_000)) + END;
    const text = await sendRaw(
      forms,
      rawRequest("POST /v1/files", [`content-type: ${TYPE}`, `content-length: ${wrong.length}`], wrong) +
        rawRequest("GET /v1/files", ["connection: close"]),
    );
    assert.deepEqual(statuses(text), [400, 200]);
  });
});

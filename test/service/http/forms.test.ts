/** Requests that are forms with a file: what comes of good ones. */
import assert from "node:assert/strict";
import { type FormServer, useFormServer } from "./form-server.ts";
import { END, FILE, field, PURPOSE, part, TYPE } from "./form-text.ts";
import { KEY, openaiHeaders } from "./running-server.ts";

describe("forms over HTTP", () => {
  const served = useFormServer();
  let forms: FormServer;

  before(() => {
    forms = served();
  });

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
      const { status, body: file } = await forms.postText(body);
      assert.deepEqual([status, file.purpose, file.filename, file.bytes], [200, "vision", "a.txt", 5]);
      assert.equal(await forms.contentOf(file.id), "Hello");
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
      const response = await fetch(forms.server.url + path, { method: "POST", headers, body: form });
      const file = Object(await response.json());
      assert.deepEqual([response.status, file.filename], [200, "안녕.md"]);
      assert.equal(file.expires_at, file.created_at + 7200);
    }
  });

  it("take names in which browsers and SDKs escape quotation marks", async () => {
    const form = new FormData();
    form.set("file", new Blob(["Hello"]), 'a "b" 100%.txt');
    form.set("purpose", "assistants");
    const { body } = await forms.post(form);
    assert.equal(body.filename, 'a "b" 100%.txt');
  });

  it("refuse a name in which line breaks are escaped", async () => {
    const { status, body } = await forms.postText(FILE.replace("a.txt", "a%0D%0Ab.txt") + PURPOSE + END);
    assert.deepEqual([status, body.error.param], [400, "file.name"]);
  });

  it("answer with bytes under their name, that no browser shows", async () => {
    const { body: file } = await forms.post(
      part('name="file"; filename="안녕 \\"x\\".html"', "<b>", "text/html") + PURPOSE + END,
      { "content-type": TYPE },
    );
    const response = await fetch(`${forms.server.url}/v1/files/${file.id}/content`, {
      headers: openaiHeaders,
    });
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
});

/** Bad input and bad networks: one clear sentence each, and the code that a run shows. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:tls";
import { openModel } from "../../../src/models/providers.ts";
import { closedPort } from "../../client/recording-server.ts";
import { ask, request } from "./asking.ts";
import { ollama } from "./upstream/chat-dialects.ts";
import { json } from "./upstream/dialect.ts";
import { azure, openai } from "./upstream/responses-dialects.ts";
import {
  type Answer,
  beginsWhole,
  KEY,
  refuses,
  says,
  sends,
  startUpstream,
  written,
} from "./upstream/upstream.ts";

/** The error of a model at this address. */
async function errorAt(baseUrl: string): Promise<{ code: string; message: string }> {
  await using upstream = await startUpstream(ollama);
  const model = await openModel(written(upstream.settings({ baseUrl })));
  try {
    for await (const _ of model.generate(request(), new AbortController().signal));
  } catch (error) {
    return error instanceof Error && "code" in error
      ? { code: String(error.code), message: error.message }
      : assert.fail(String(error));
  }
  return assert.fail("It answered.");
}

describe("what a provider refuses", () => {
  for (const [title, dialect, refused, code, sentence] of [
    [
      "a wrong key, without repeating it",
      openai,
      json(401, { error: { message: `Incorrect API key provided: ${KEY}.`, code: "invalid_api_key" } }),
      "server_error",
      /^Incorrect API key provided: …\. \(POST http.*status 401\)$/,
    ],
    [
      "a wrong key on Azure",
      azure,
      json(401, { error: { code: "401", message: "Access denied due to invalid subscription key." } }),
      "server_error",
      /^Access denied due to invalid subscription key\. \(/,
    ],
    [
      "a model that takes no functions",
      ollama,
      json(400, { error: { message: "registry.ollama.ai/library/gemma3:4b does not support tools" } }),
      "server_error",
      /^registry\.ollama\.ai\/library\/gemma3:4b does not support tools\. \(/,
    ],
    [
      "a question that the content filter stops",
      azure,
      json(400, {
        error: {
          code: "content_filter",
          message: "The response was filtered.",
          innererror: { code: "ResponsibleAIPolicyViolation" },
        },
      }),
      "invalid_prompt",
      /^The response was filtered\./,
    ],
    [
      "an account without credit, at once",
      openai,
      json(429, { error: { message: "You exceeded your current quota.", code: "insufficient_quota" } }),
      "rate_limit_exceeded",
      /^You exceeded your current quota\./,
    ],
    [
      "what a gateway says in its own way",
      ollama,
      json(403, { detail: "Not from this network" }),
      "server_error",
      /^Not from this network\. \(/,
    ],
    [
      "an error that is the whole body",
      ollama,
      json(400, { object: "error", message: "No such role", type: "BadRequestError", code: 400 }),
      "server_error",
      /^No such role\. \(/,
    ],
    [
      "a gateway that knows only a status and a message",
      azure,
      json(401, { statusCode: 401, message: "Access denied." }),
      "server_error",
      /^Access denied\. \(/,
    ],
    [
      "a gateway that knows only a message",
      ollama,
      json(404, { message: "no Route matched with those values" }),
      "server_error",
      /^no Route matched with those values\. \(/,
    ],
    ["a page", ollama, { status: 403, body: "<h1>Forbidden</h1>" }, "server_error", /<h1>Forbidden<\/h1>/],
    ["a redirect, without following it", ollama, { status: 302, body: "" }, "server_error", /status 302/],
  ] as const) {
    it(`is said in its words: ${title}`, async () => {
      const { error, seen } = await ask(dialect, [refuses(refused)]);
      assert.equal(error?.code, code);
      assert.match(error?.message ?? "", sentence);
      assert.ok(!error?.message.includes(KEY));
      assert.equal(seen.length, 1);
    });
  }

  it("is tried again where the server itself has failed", async () => {
    const down = { status: 503, body: "", headers: { "retry-after": "0" } };
    const { text, seen } = await ask(ollama, [refuses(down), refuses(down), says({ text: ["Hi"] })]);
    assert.equal(text, "Hi");
    assert.equal(seen.length, 3);
  });

  it("keeps the key out of an error that comes in a stream", async () => {
    const { error } = await ask(ollama, [sends(`data: {"error":{"message":"Bad key ${KEY}"}}\n\n`)]);
    assert.match(error?.message ?? "", /^Bad key …\./);
  });

  it("shows its status where its body breaks off", async () => {
    const breaking: Answer = (response) => {
      response.writeHead(400, { "content-length": "100" });
      response.write("<h1>Half", () => response.socket?.resetAndDestroy());
    };
    const { error } = await ask(ollama, [breaking]);
    assert.match(error?.message ?? "", /status 400/);
  });

  it("is said clearly where whole answers always break off", async () => {
    const { error, seen } = await ask(ollama, [beginsWhole("breaks")], { streaming: false });
    const sentence = /^The connection broke off during the answer: .*\(POST http:.*, request req_42\)$/;
    assert.match(error?.message ?? "", sentence);
    assert.equal(seen.length, 3);
  });

  it("is not tried again where the server asks for more than a minute", async () => {
    const busy = { status: 429, body: '{"error":{"message":"Slow."}}', headers: { "retry-after": "61" } };
    const { error, seen } = await ask(ollama, [refuses(busy), says({ text: ["Hi"] })]);
    assert.equal(error?.code, "rate_limit_exceeded");
    assert.equal(seen.length, 1);
  });

  for (const after of ["1e3", "0x100"]) {
    it(`is tried again at the usual time where Retry-After is no number: ${after}`, async () => {
      const busy = { status: 429, body: "", headers: { "retry-after": after } };
      const { text, seen } = await ask(ollama, [refuses(busy), says({ text: ["Hi"] })]);
      assert.equal(text, "Hi");
      assert.equal(seen.length, 2);
    });
  }
});

describe("a server that cannot be reached", () => {
  it("is named when nobody listens", async () => {
    const url = `http://127.0.0.1:${await closedPort()}`;
    const { code, message } = await errorAt(url);
    assert.equal(code, "server_error");
    assert.ok(
      message.includes(`ECONNREFUSED`) && message.includes(`POST ${url}/v1/chat/completions`),
      message,
    );
  });

  it("is named when its name is unknown", async () => {
    const { message } = await errorAt("http://nowhere.invalid");
    assert.match(
      message,
      /^The model cannot be reached: .*nowhere\.invalid.*POST http:\/\/nowhere\.invalid\/v1/,
    );
  });

  it("is named when its certificate is not trusted", async () => {
    const { certificate: cert, key } = await import("./untrusted-certificate.ts");
    const server = createServer({ cert, key }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    const port = typeof address === "object" ? address?.port : 0;
    const { message } = await errorAt(`https://127.0.0.1:${port}`);
    server.close();
    assert.match(message, /^The model cannot be reached: .*certificate.*POST https:\/\/127\.0\.0\.1/);
  });

  it("is asked by no name when none was given", async () => {
    const { error, seen } = await ask(ollama, [says({ text: ["Hi"] })], { model: "" });
    assert.match(error?.message ?? "", /^No model is named\./);
    assert.equal(seen.length, 0);
  });
});

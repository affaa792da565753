import assert from "node:assert/strict";
import { inspect } from "node:util";
import { connect, errorOf, KEY } from "./connect.ts";
import { closedPort, sendJson, sendText, startServer } from "./recording-server.ts";

const thread = { thread_id: "thread_1" };
const PAGE = `<html>\n  <head><title>Bad Gateway</title></head>${"<p>sorry</p>".repeat(99)}</html>`;

async function failure(reply: Parameters<typeof startServer>[0]) {
  await using server = await startServer(reply);
  await using client = connect(server, { maxRetries: 0 });
  return await errorOf(client.api.getThread(thread));
}

function fieldsOf({ code, status, type, param, wireCode, message }: Awaited<ReturnType<typeof failure>>) {
  return { code, status, type, param, wireCode, message };
}

describe("an error that a server sent", () => {
  const invalid = { type: "invalid_request_error", param: null, wireCode: null };
  const shapes: [string, number, unknown, ReturnType<typeof fieldsOf>][] = [
    [
      "OpenAI's shape",
      400,
      { error: { message: "Bad name.", type: "invalid_request_error", param: "name", code: "too_long" } },
      {
        ...invalid,
        code: "too_long",
        status: 400,
        param: "name",
        wireCode: "too_long",
        message: "Bad name.",
      },
    ],
    [
      "a text of the contract",
      400,
      {
        error: {
          message: "Thread thread_1 already has an active run run_2.",
          type: "invalid_request_error",
          param: null,
          code: null,
        },
      },
      {
        ...invalid,
        code: "thread_has_active_run",
        status: 400,
        message: "Thread thread_1 already has an active run run_2.",
      },
    ],
    [
      "Azure's shape with a code of digits",
      429,
      { error: { code: "429", message: "Try again in 5 seconds." } },
      {
        ...invalid,
        code: "rate_limit_exceeded",
        status: 429,
        wireCode: "429",
        message: "Try again in 5 seconds.",
      },
    ],
    [
      "Azure's shape with a number for a code",
      404,
      { error: { code: 404, message: "Nothing here" } },
      { ...invalid, code: "not_found", status: 404, wireCode: "404", message: "Nothing here" },
    ],
    [
      "Azure's shape with a word for a code",
      404,
      { error: { code: "DeploymentNotFound", message: "No deployment." } },
      {
        ...invalid,
        code: "DeploymentNotFound",
        status: 404,
        wireCode: "DeploymentNotFound",
        message: "No deployment.",
      },
    ],
    [
      "a gateway's shape, with the message at the top",
      403,
      { statusCode: 403, message: "Access denied." },
      { ...invalid, code: "forbidden", status: 403, message: "Access denied." },
    ],
    [
      "an error that is a text",
      500,
      { error: "model not loaded" },
      { ...invalid, code: "server_error", type: "server_error", status: 500, message: "model not loaded" },
    ],
    [
      "an error without any text",
      400,
      { error: { message: null }, trace: 7 },
      { ...invalid, code: "bad_request", status: 400, message: '{"error":{"message":null},"trace":7}' },
    ],
  ];
  for (const [what, status, body, expected] of shapes) {
    it(`is understood: ${what}`, async () => {
      assert.deepEqual(fieldsOf(await failure(sendJson(body, status))), expected);
    });
  }

  for (const [what, status, message] of [
    ["a wrong key", 401, "Incorrect API key provided."],
    ["a wrong address", 404, "Invalid URL (GET /threads/thread_1)"],
  ] as const) {
    it(`names the server that complains of ${what}`, async () => {
      const error = await failure(sendJson({ error: { message } }, status));
      const start = `${message} (GET http://127.0.0.1:`;
      assert.equal(error.message.slice(0, start.length), start);
    });
  }

  for (const header of ["x-request-id", "apim-request-id"]) {
    it(`keeps the request id of ${header}`, async () => {
      const error = await failure(sendJson({ error: { message: "no" } }, 400, { [header]: "req_7" }));
      assert.equal(error.requestId, "req_7");
    });
  }

  it("is read no further than 64 KiB", async () => {
    const hungUp = Promise.withResolvers<void>();
    await using server = await startServer((response) => {
      const pour = () => {
        while (!response.destroyed && response.write("x".repeat(16_384)));
      };
      response.on("drain", pour).on("close", hungUp.resolve).writeHead(400);
      pour();
    });
    await using client = connect(server, { maxRetries: 0 });
    const error = await errorOf(client.api.getThread(thread));
    assert.equal(error.code, "unreadable_answer");
    await hungUp.promise;
  });
});

describe("an answer that is no JSON object", () => {
  for (const [status, body, excerpt] of [
    [200, PAGE, /^<html> <head><title>Bad Gateway<\/title>/],
    [502, PAGE, /^<html> <head><title>Bad Gateway<\/title>/],
    [301, "", /^an empty body$/],
    [200, "", /^an empty body$/],
    [200, '"OK"', /^"OK"$/],
    [200, "null", /^null$/],
    [200, "[]", /^\[\]$/],
  ] as const) {
    it(`is unreadable: ${status} with ${JSON.stringify(body.slice(0, 10))}`, async () => {
      const error = await failure(sendText(body, status, { "x-request-id": "req_7" }));
      assert.equal(error.code, "unreadable_answer");
      assert.equal(error.status, status);
      assert.equal(error.requestId, "req_7");
      const [, shown = ""] = /something that is not JSON: (.*)\. Check/.exec(error.message) ?? [];
      assert.match(shown, excerpt);
      assert.ok(shown.length <= 121);
    });
  }
});

describe("an error of the client", () => {
  it("names the method and the address, without the query", async () => {
    const url = `http://127.0.0.1:${await closedPort()}`;
    await using client = connect({ url }, { dialect: "azure", baseUrl: url, maxRetries: 0 });
    const error = await errorOf(client.api.listMessages({ ...thread, after: "msg_1" }));
    assert.equal(error.code, "connection_failed");
    assert.match(
      error.message,
      /^GET http:\/\/127\.0\.0\.1:\d+\/openai\/threads\/thread_1\/messages failed: connect ECONNREFUSED /,
    );
    assert.ok(error.cause instanceof Error);
    assert.ok(!inspect(error).includes("msg_1"));
  });

  const echoes = {
    "repeats it in a message": sendJson(
      { error: { message: `Incorrect key: ${KEY}.`, code: KEY, param: KEY } },
      401,
    ),
    "repeats it in another field": sendJson({ given: KEY }, 401),
    "repeats it in a page": sendText(`<p>Bearer ${KEY}</p>`, 502),
    "repeats it in an answer that cannot be read": sendText(`Bearer ${KEY}`),
    "hangs up": (response: { destroy(): unknown }) => response.destroy(),
    "is silent": () => undefined,
  };
  for (const [what, reply] of Object.entries(echoes)) {
    it(`does not hold the key if the server ${what}`, async () => {
      await using server = await startServer(reply);
      for (const dialect of ["openai", "azure"] as const) {
        await using client = connect(server, { dialect, maxRetries: 0, timeoutSeconds: 0.2 });
        const error = await errorOf(client.api.createThread({}));
        const shown = inspect(error, { depth: 20, showHidden: true }) + error.stack + JSON.stringify(error);
        assert.ok(!shown.includes(KEY), shown);
      }
    });
  }

  it("leaves the words of a server alone where the key is a placeholder such as 'run'", async () => {
    await using server = await startServer(
      sendJson({ error: { message: "No run found with id 'run_1'." } }, 404),
    );
    await using client = connect(server, { apiKey: "run" });
    const error = await errorOf(client.api.getRun({ ...thread, run_id: "run_1" }));
    assert.equal(error.code, "run_not_found");
  });
});

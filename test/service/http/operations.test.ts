import assert from "node:assert/strict";
import {
  type Operation,
  operationNames,
  operations,
  pathParameters,
} from "../../../src/contract/operations.ts";
import { RecordingApi } from "./recording-api.ts";
import { ask, azureHeaders, type ServerUnderTest, startServer } from "./running-server.ts";

const dialects = [
  { name: "OpenAI", prefix: "/v1", query: {}, headers: {} },
  { name: "Azure", prefix: "/openai", query: { "api-version": "2024-05-01-preview" }, headers: azureHeaders },
];

/** A request that uses every kind of parameter the row has, and the parameters that it carries. */
function exampleOf(operation: Operation) {
  const path = Object.fromEntries(pathParameters(operation.path).map((name) => [name, `${name} ü/1`]));
  const { names = [], lists = [] } = operation.query ?? {};
  const given = names.map((name): [string, string | string[]] => {
    return lists.includes(name) ? [name, [`${name} 1&`, `${name} 2`]] : [name, `${name} 20&`];
  });
  const query = given.flatMap(([name, value]): string[][] =>
    Array.isArray(value) ? value.map((one) => [`${name}[]`, one]) : [[name, value]],
  );
  const stream = operation.streams === undefined ? null : true;
  const body = operation.body === null ? undefined : { metadata: { a: "b" }, stream };
  const url = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(path[name] ?? ""));
  return { url, query, body, parameters: { ...path, ...Object.fromEntries(given), ...body } };
}

describe("operations over HTTP", () => {
  let running: ServerUnderTest;

  before(async () => {
    running = await startServer();
  });
  beforeEach(() => {
    running.recorder.calls = [];
    running.recorder.respond = new RecordingApi().respond;
  });
  after(() => running.server.close());

  for (const dialect of dialects) {
    // Those that take a form have tests of their own.
    for (const name of operationNames.filter((name) => !("form" in operations[name]))) {
      it(`${dialect.name}: ${name} receives the parameters of its path, query and body`, async () => {
        const stream = "streams" in operations[name];
        const { url, query, body, parameters } = exampleOf(operations[name]);
        const search = new URLSearchParams([...query, ...Object.entries(dialect.query)]);
        const answer = await ask(running, operations[name].method, `${dialect.prefix}${url}?${search}`, {
          body,
          headers: dialect.headers,
        });
        const event = `event: thread.created\ndata: {"object":"${name}"}\n\n`;
        const isBytes = operations[name].answer === "FileContent";
        const whole = isBytes ? name : { object: name };
        const expected = stream ? `${event}event: done\ndata: [DONE]\n\n` : whole;
        assert.deepEqual([answer.status, answer.body], [200, expected]);
        const calls = running.recorder.calls.map((call) => ({
          name: call.name,
          parameters: call.parameters,
        }));
        assert.deepEqual(calls, [{ name, parameters }]);
      });
    }
  }

  it("answers with JSON under a request id", async () => {
    const { headers } = await ask(running, "GET", "/v1/assistants");
    assert.equal(headers.get("content-type"), "application/json; charset=utf-8");
    assert.match(headers.get("x-request-id") ?? "", /^req_\w{24}$/);
  });

  it("gives every request an id of its own", async () => {
    const first = await ask(running, "GET", "/v1/assistants");
    const second = await ask(running, "GET", "/v1/assistants");
    assert.notEqual(first.headers.get("x-request-id"), second.headers.get("x-request-id"));
  });

  it("answers under the id that the caller has given the request", async () => {
    const headers = { "x-request-id": "trace-1:a.b_c" };
    const answers = [
      await ask(running, "GET", "/v1/assistants", { headers }),
      await ask(running, "GET", "/v1/nothing", { headers }),
    ];
    assert.deepEqual(
      answers.map((answer) => answer.headers.get("x-request-id")),
      ["trace-1:a.b_c", "trace-1:a.b_c"],
    );
  });

  for (const [title, given] of [
    ["that is empty", ""],
    ["that could be more than an id", "a b"],
    ["that is too long", "x".repeat(129)],
  ] as const) {
    it(`gives an id of its own to a request with one ${title}`, async () => {
      const { headers } = await ask(running, "GET", "/v1/assistants", { headers: { "x-request-id": given } });
      assert.match(headers.get("x-request-id") ?? "", /^req_\w{24}$/);
    });
  }

  for (const [object, status] of [
    ["thread.run", "queued"],
    ["thread.run", "in_progress"],
    ["thread.run", "requires_action"],
    ["thread.run", "cancelling"],
    ["vector_store", "in_progress"],
    ["vector_store.file", "in_progress"],
    ["vector_store.files_batch", "in_progress"],
  ]) {
    it(`says when to ask again for a ${object} that is ${status}`, async () => {
      running.recorder.respond = () => ({ object, status });
      const { headers } = await ask(running, "GET", "/v1/threads/t/runs/r");
      assert.equal(headers.get("openai-poll-after-ms"), "200");
    });
  }

  for (const answer of [
    { object: "thread.run", status: "completed" },
    { object: "vector_store.file", status: "completed" },
    { object: "thread.message", status: "in_progress" },
    { object: "list", data: [] },
  ]) {
    it(`does not say when to ask again with ${JSON.stringify(answer)}`, async () => {
      running.recorder.respond = () => answer;
      const { headers } = await ask(running, "GET", "/v1/threads/t/runs/r");
      assert.equal(headers.get("openai-poll-after-ms"), null);
    });
  }

  it("takes /threads/runs for an operation when posted to", async () => {
    await ask(running, "POST", "/v1/threads/runs", { body: {} });
    assert.equal(running.recorder.calls[0]?.name, "createThreadAndRun");
  });

  it("takes /threads/runs for a thread's id when read", async () => {
    await ask(running, "GET", "/v1/threads/runs");
    assert.deepEqual(running.recorder.calls[0]?.parameters, { thread_id: "runs" });
  });

  it("answers /health without a key", async () => {
    const response = await fetch(`${running.server.url}/health`);
    assert.deepEqual([response.status, await response.json()], [200, { status: "ok" }]);
  });
});

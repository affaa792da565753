import assert from "node:assert/strict";
import type { AssistantsApi } from "../../src/contract/api.ts";
import { operationNames } from "../../src/contract/operations.ts";
import { connect, KEY } from "./connect.ts";
import { sendJson, sendText, startServer } from "./recording-server.ts";
import { cases, run, thread, type WireCase } from "./wire-cases.ts";

/** What stands between the boundaries of a form. */
function partsOf(body: string): string[] {
  const [boundary = ""] = body.split("\r\n", 1);
  const [before, ...parts] = body.split(boundary);
  assert.deepEqual([before, parts.pop()], ["", "--\r\n"]);
  return parts.map((part) => part.replace(/^\r\n|\r\n$/g, ""));
}

const wires = {
  openai: {
    base: "/v1",
    query: [],
    headers: { authorization: `Bearer ${KEY}`, "openai-beta": "assistants=v2" },
  },
  azure: {
    base: "/openai",
    query: [["api-version", "2024-05-01-preview"]],
    headers: { "api-key": KEY, authorization: undefined, "openai-beta": undefined },
  },
} as const;

async function wireOf(dialect: keyof typeof wires, { call }: WireCase) {
  const streamed = sendText("event: done\ndata: [DONE]\n\n", 200, { "content-type": "text/event-stream" });
  await using server = await startServer((response, seen, count) =>
    (seen.body.includes('"stream":true') ? streamed : sendJson({}))(response, seen, count),
  );
  const baseUrl = dialect === "azure" ? server.url : `${server.url}/v1`;
  await using client = connect(server, { dialect, baseUrl });
  await call(client.api);
  const [seen, ...more] = server.seen;
  assert.ok(seen);
  assert.deepEqual(more, []);
  return seen;
}

describe("the client on the wire", () => {
  for (const dialect of ["openai", "azure"] as const) {
    for (const name of operationNames) {
      it(`sends ${name} as ${dialect} servers expect it`, async () => {
        const { wire, query = [], body, form } = cases[name];
        const { base, query: baseQuery, headers } = wires[dialect];
        const [method, path] = wire.split(" ");
        const seen = await wireOf(dialect, cases[name]);
        assert.deepEqual(
          {
            method: seen.method,
            path: seen.path,
            query: seen.query,
            body: seen.body === "" ? undefined : form ? partsOf(seen.body) : JSON.parse(seen.body),
            type: seen.headers["content-type"]?.split(";")[0],
          },
          {
            method,
            path: base + path,
            query: [...baseQuery, ...query],
            body: form ?? body,
            type: form ? "multipart/form-data" : body === undefined ? undefined : "application/json",
          },
        );
        for (const [header, value] of Object.entries(headers)) assert.equal(seen.headers[header], value);
      });
    }
  }

  it("keeps ids with odd characters in one path segment", async () => {
    const id = "a/b?c#d e%2F;é:..";
    const seen = await wireOf("openai", {
      call: (api) => api.getRun({ thread_id: id, run_id: "../x" }),
      wire: "",
    });
    assert.equal(seen.path, `/v1/threads/${encodeURIComponent(id)}/runs/..%2Fx`);
    assert.deepEqual(seen.query, []);
  });

  it("sends an empty object where a body has nothing in it", async () => {
    const seen = await wireOf("openai", { call: (api) => api.createThread({}), wire: "" });
    assert.equal(seen.body, "{}");
  });

  it("writes arrays in a query as name[] and leaves out what is undefined or null", async () => {
    const parameters = { include: ["a", "b"], after: undefined, before: null };
    const call = (api: AssistantsApi) => Reflect.apply(api.listAssistants, api, [parameters]);
    const seen = await wireOf("openai", { call, wire: "" });
    assert.deepEqual(seen.query, [
      ["include[]", "a"],
      ["include[]", "b"],
    ]);
  });

  it("asks for the API version of the settings", async () => {
    await using server = await startServer();
    await using client = connect(server, { dialect: "azure", apiVersion: "2025-03-01-preview" });
    await client.api.getThread(thread);
    assert.deepEqual(server.seen[0]?.query, [["api-version", "2025-03-01-preview"]]);
  });

  it("hands an answer out untouched", async () => {
    const answer = { id: "run_1", new_field: { deep: [1, null] }, status: "some_new_status", usage: null };
    await using server = await startServer((response) => response.end(JSON.stringify(answer)));
    await using client = connect(server);
    assert.deepEqual(await client.api.getRun(run), answer);
  });
});

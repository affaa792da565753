import assert from "node:assert/strict";
import { assertError } from "./expected-errors.ts";
import { type Answer, azureHeaders, KEY, type ServerUnderTest, startServer } from "./running-server.ts";

const version = "api-version=2024-05-01-preview";

describe("admission over HTTP", () => {
  let running: ServerUnderTest;

  before(async () => {
    running = await startServer();
  });
  beforeEach(() => {
    running.recorder.calls = [];
  });
  after(() => running.server.close());

  async function get(path: string, headers: Record<string, string>): Promise<Answer> {
    const response = await fetch(running.server.url + path, { headers });
    return { status: response.status, headers: response.headers, body: await response.json() };
  }

  const beta = { "openai-beta": "assistants=v2" };
  const admitted: [string, string, Record<string, string>][] = [
    ["OpenAI: a bearer key", "/v1/threads/t", { ...beta, authorization: `Bearer ${KEY}` }],
    ["OpenAI: the scheme in any case", "/v1/threads/t", { ...beta, authorization: `bearer ${KEY}` }],
    [
      "OpenAI: the beta header among others",
      "/v1/threads/t",
      { authorization: `Bearer ${KEY}`, "openai-beta": "realtime=v1, assistants=v2" },
    ],
    ["Azure: an api-key header", `/openai/threads/t?${version}`, azureHeaders],
    ["Azure: a bearer key", `/openai/threads/t?${version}`, { authorization: `Bearer ${KEY}` }],
    [
      "Azure: a beta header that it does not need",
      `/openai/threads/t?${version}`,
      { ...azureHeaders, ...beta },
    ],
  ];
  for (const [title, path, headers] of admitted) {
    it(`admits ${title}`, async () => {
      await get(path, headers);
      assert.deepEqual(running.recorder.calls[0]?.parameters, { thread_id: "t" });
    });
  }

  it("OpenAI: admits without the beta header what is no part of the beta", async () => {
    await get("/v1/models/m", { authorization: `Bearer ${KEY}` });
    assert.deepEqual(running.recorder.calls[0]?.parameters, { model: "m" });
  });

  it("OpenAI: refuses a wrong key for what is no part of the beta", async () => {
    assertError(await get("/v1/models/m", { authorization: `Bearer ${KEY}x` }), "invalid_api_key");
  });

  it("Azure: knows no models without an api-version", async () => {
    assertError(await get("/openai/models", azureHeaders), "azure_route_not_found");
  });

  const badKeys: [string, Record<string, string>][] = [
    ["no key", {}],
    ["a wrong key", { authorization: `Bearer ${KEY}x`, "api-key": `${KEY}x` }],
    ["the beginning of the key", { authorization: `Bearer ${KEY.slice(0, -1)}` }],
    ["an empty key", { authorization: "Bearer ", "api-key": "" }],
    ["another scheme", { authorization: `Basic ${KEY}` }],
    ["the key without a scheme", { authorization: KEY }],
  ];
  for (const [title, headers] of badKeys) {
    it(`OpenAI: refuses ${title}`, async () => {
      assertError(await get("/v1/threads/t", { ...beta, ...headers }), "invalid_api_key");
      assert.equal(running.recorder.calls.length, 0);
    });
    it(`Azure: refuses ${title}`, async () => {
      assertError(await get(`/openai/threads/t?${version}`, headers), "azure_invalid_api_key");
      assert.equal(running.recorder.calls.length, 0);
    });
  }

  it("OpenAI: refuses a key in Azure's header", async () => {
    assertError(await get("/v1/threads/t", { ...beta, ...azureHeaders }), "invalid_api_key");
  });

  for (const [title, headers] of [
    ["without the beta header", {}],
    ["with another version", { "openai-beta": "assistants=v1" }],
  ] as const) {
    it(`OpenAI: refuses a request ${title}`, async () => {
      const answer = await get("/v1/threads/t", { authorization: `Bearer ${KEY}`, ...headers });
      assertError(answer, "missing_beta_header");
      assert.equal(running.recorder.calls.length, 0);
    });
  }

  for (const query of ["", "?api-version="]) {
    it(`Azure: knows no route without an api-version (${query || "none"})`, async () => {
      assertError(await get(`/openai/threads/t${query}`, azureHeaders), "azure_route_not_found");
      assert.equal(running.recorder.calls.length, 0);
    });
  }

  it("does not read the body of a stranger", async () => {
    const response = await fetch(`${running.server.url}/v1/threads`, {
      method: "POST",
      headers: { ...beta, "content-type": "application/json" },
      body: "{",
    });
    assert.equal(response.status, 401);
  });
});

import assert from "node:assert/strict";
import type { AssistantsApi } from "../../src/contract/api.ts";
import { operationNames } from "../../src/contract/operations.ts";
import { connect, errorOf, KEY } from "./connect.ts";
import { sendJson, sendText, startServer } from "./recording-server.ts";

interface Case {
  call(api: AssistantsApi): Promise<unknown>;
  wire: string;
  query?: [string, string][];
  body?: unknown;
  /** What its form holds; what stands between the parts is random. */
  form?: string[];
}

const message = { role: "user", content: "Hi" } as const;
const thread = { thread_id: "thread_1" };
const run = { ...thread, run_id: "run_1" };
const store = { vector_store_id: "vs_1" };
const storeFile = { ...store, file_id: "file-1" };
const upload = { upload_id: "upload_1" };
const batch = { ...store, batch_id: "vsfb_1" };
const page = { limit: 20, order: "asc", after: "a b&c" } as const;
const pageQuery: [string, string][] = [
  ["limit", "20"],
  ["order", "asc"],
  ["after", "a b&c"],
];

const RESULTS = "step_details.tool_calls[*].file_search.results[*].content";

const firstOf = (events: AsyncIterable<unknown>) => events[Symbol.asyncIterator]().next();

const cases: Record<keyof AssistantsApi, Case> = {
  createAssistant: {
    call: (api) => api.createAssistant({ model: "m", name: "N", metadata: { a: "b" } }),
    wire: "POST /assistants",
    body: { model: "m", name: "N", metadata: { a: "b" } },
  },
  listAssistants: { call: (api) => api.listAssistants(page), wire: "GET /assistants", query: pageQuery },
  getAssistant: {
    call: (api) => api.getAssistant({ assistant_id: "asst_1" }),
    wire: "GET /assistants/asst_1",
  },
  updateAssistant: {
    call: (api) => api.updateAssistant({ assistant_id: "asst_1", name: null }),
    wire: "POST /assistants/asst_1",
    body: { name: null },
  },
  deleteAssistant: {
    call: (api) => api.deleteAssistant({ assistant_id: "asst_1" }),
    wire: "DELETE /assistants/asst_1",
  },
  createThread: {
    call: (api) => api.createThread({ messages: [message] }),
    wire: "POST /threads",
    body: { messages: [message] },
  },
  getThread: { call: (api) => api.getThread(thread), wire: "GET /threads/thread_1" },
  updateThread: {
    call: (api) => api.updateThread({ ...thread, metadata: {} }),
    wire: "POST /threads/thread_1",
    body: { metadata: {} },
  },
  deleteThread: { call: (api) => api.deleteThread(thread), wire: "DELETE /threads/thread_1" },
  createMessage: {
    call: (api) => api.createMessage({ ...thread, ...message }),
    wire: "POST /threads/thread_1/messages",
    body: message,
  },
  listMessages: {
    call: (api) => api.listMessages({ ...run, ...page }),
    wire: "GET /threads/thread_1/messages",
    query: [["run_id", "run_1"], ...pageQuery],
  },
  getMessage: {
    call: (api) => api.getMessage({ ...thread, message_id: "msg_1" }),
    wire: "GET /threads/thread_1/messages/msg_1",
  },
  updateMessage: {
    call: (api) => api.updateMessage({ ...thread, message_id: "msg_1", metadata: { a: "b" } }),
    wire: "POST /threads/thread_1/messages/msg_1",
    body: { metadata: { a: "b" } },
  },
  deleteMessage: {
    call: (api) => api.deleteMessage({ ...thread, message_id: "msg_1" }),
    wire: "DELETE /threads/thread_1/messages/msg_1",
  },
  createRun: {
    call: (api) =>
      api.createRun({
        ...thread,
        assistant_id: "asst_1",
        additional_messages: [message],
        include: [RESULTS],
      }),
    wire: "POST /threads/thread_1/runs",
    query: [["include[]", RESULTS]],
    body: { assistant_id: "asst_1", additional_messages: [message] },
  },
  createThreadAndRun: {
    call: (api) => api.createThreadAndRun({ assistant_id: "asst_1", thread: { messages: [message] } }),
    wire: "POST /threads/runs",
    body: { assistant_id: "asst_1", thread: { messages: [message] } },
  },
  streamRun: {
    call: (api) => firstOf(api.streamRun({ ...thread, assistant_id: "asst_1" })),
    wire: "POST /threads/thread_1/runs",
    body: { assistant_id: "asst_1", stream: true },
  },
  streamThreadAndRun: {
    call: (api) => firstOf(api.streamThreadAndRun({ assistant_id: "asst_1", stream: true })),
    wire: "POST /threads/runs",
    body: { assistant_id: "asst_1", stream: true },
  },
  streamToolOutputs: {
    call: (api) => firstOf(api.streamToolOutputs({ ...run, tool_outputs: [] })),
    wire: "POST /threads/thread_1/runs/run_1/submit_tool_outputs",
    body: { tool_outputs: [], stream: true },
  },
  listRuns: {
    call: (api) => api.listRuns({ ...thread, ...page }),
    wire: "GET /threads/thread_1/runs",
    query: pageQuery,
  },
  getRun: { call: (api) => api.getRun(run), wire: "GET /threads/thread_1/runs/run_1" },
  updateRun: {
    call: (api) => api.updateRun({ ...run, metadata: {} }),
    wire: "POST /threads/thread_1/runs/run_1",
    body: { metadata: {} },
  },
  cancelRun: { call: (api) => api.cancelRun(run), wire: "POST /threads/thread_1/runs/run_1/cancel" },
  submitToolOutputsToRun: {
    call: (api) =>
      api.submitToolOutputsToRun({ ...run, tool_outputs: [{ tool_call_id: "call_1", output: "é" }] }),
    wire: "POST /threads/thread_1/runs/run_1/submit_tool_outputs",
    body: { tool_outputs: [{ tool_call_id: "call_1", output: "é" }] },
  },
  listRunSteps: {
    call: (api) => api.listRunSteps({ ...run, ...page }),
    wire: "GET /threads/thread_1/runs/run_1/steps",
    query: pageQuery,
  },
  getRunStep: {
    call: (api) => api.getRunStep({ ...run, step_id: "step_1", include: [RESULTS] }),
    wire: "GET /threads/thread_1/runs/run_1/steps/step_1",
    query: [["include[]", RESULTS]],
  },
  listModels: { call: (api) => api.listModels({}), wire: "GET /models" },
  getModel: { call: (api) => api.getModel({ model: "a/b" }), wire: "GET /models/a%2Fb" },
  createFile: {
    call: (api) =>
      api.createFile({
        purpose: "user_data",
        expires_after: { anchor: "created_at", seconds: 3600 },
        file: { name: "a.txt", type: "text/plain", content: Buffer.from("Hello") },
      }),
    wire: "POST /files",
    form: [
      'content-disposition: form-data; name="purpose"\r\n\r\nuser_data',
      'content-disposition: form-data; name="expires_after[anchor]"\r\n\r\ncreated_at',
      'content-disposition: form-data; name="expires_after[seconds]"\r\n\r\n3600',
      'content-disposition: form-data; name="file"; filename="a.txt"\r\ncontent-type: text/plain\r\n\r\nHello',
    ],
  },
  listFiles: {
    call: (api) => api.listFiles({ purpose: "vision", ...page }),
    wire: "GET /files",
    query: [["purpose", "vision"], ...pageQuery],
  },
  getFile: { call: (api) => api.getFile({ file_id: "file-1" }), wire: "GET /files/file-1" },
  deleteFile: { call: (api) => api.deleteFile({ file_id: "file-1" }), wire: "DELETE /files/file-1" },
  getFileContent: {
    call: (api) => api.getFileContent({ file_id: "file-1" }),
    wire: "GET /files/file-1/content",
  },
  createUpload: {
    call: (api) => api.createUpload({ filename: "a", purpose: "batch", bytes: 1, mime_type: "text/plain" }),
    wire: "POST /uploads",
    body: { filename: "a", purpose: "batch", bytes: 1, mime_type: "text/plain" },
  },
  addUploadPart: {
    call: (api) => api.addUploadPart({ ...upload, data: { content: Buffer.from("Hello") } }),
    wire: "POST /uploads/upload_1/parts",
    form: [
      'content-disposition: form-data; name="data"; filename="data"\r\n' +
        "content-type: application/octet-stream\r\n\r\nHello",
    ],
  },
  completeUpload: {
    call: (api) => api.completeUpload({ ...upload, part_ids: ["part_1"] }),
    wire: "POST /uploads/upload_1/complete",
    body: { part_ids: ["part_1"] },
  },
  cancelUpload: { call: (api) => api.cancelUpload(upload), wire: "POST /uploads/upload_1/cancel" },
  createVectorStore: {
    call: (api) => api.createVectorStore({ name: "N", file_ids: ["file-1"] }),
    wire: "POST /vector_stores",
    body: { name: "N", file_ids: ["file-1"] },
  },
  listVectorStores: {
    call: (api) => api.listVectorStores(page),
    wire: "GET /vector_stores",
    query: pageQuery,
  },
  getVectorStore: { call: (api) => api.getVectorStore(store), wire: "GET /vector_stores/vs_1" },
  updateVectorStore: {
    call: (api) => api.updateVectorStore({ ...store, name: "M" }),
    wire: "POST /vector_stores/vs_1",
    body: { name: "M" },
  },
  deleteVectorStore: { call: (api) => api.deleteVectorStore(store), wire: "DELETE /vector_stores/vs_1" },
  searchVectorStore: {
    call: (api) => api.searchVectorStore({ ...store, query: "apple" }),
    wire: "POST /vector_stores/vs_1/search",
    body: { query: "apple" },
  },
  createVectorStoreFile: {
    call: (api) => api.createVectorStoreFile({ ...store, file_id: "file-1", attributes: { a: 1 } }),
    wire: "POST /vector_stores/vs_1/files",
    body: { file_id: "file-1", attributes: { a: 1 } },
  },
  listVectorStoreFiles: {
    call: (api) => api.listVectorStoreFiles({ ...store, ...page, filter: "completed" }),
    wire: "GET /vector_stores/vs_1/files",
    query: [...pageQuery, ["filter", "completed"]],
  },
  getVectorStoreFile: {
    call: (api) => api.getVectorStoreFile(storeFile),
    wire: "GET /vector_stores/vs_1/files/file-1",
  },
  updateVectorStoreFile: {
    call: (api) => api.updateVectorStoreFile({ ...storeFile, attributes: { a: 1 } }),
    wire: "POST /vector_stores/vs_1/files/file-1",
    body: { attributes: { a: 1 } },
  },
  deleteVectorStoreFile: {
    call: (api) => api.deleteVectorStoreFile(storeFile),
    wire: "DELETE /vector_stores/vs_1/files/file-1",
  },
  getVectorStoreFileContent: {
    call: (api) => api.getVectorStoreFileContent(storeFile),
    wire: "GET /vector_stores/vs_1/files/file-1/content",
  },
  createVectorStoreFileBatch: {
    call: (api) => api.createVectorStoreFileBatch({ ...store, file_ids: ["file-1"] }),
    wire: "POST /vector_stores/vs_1/file_batches",
    body: { file_ids: ["file-1"] },
  },
  getVectorStoreFileBatch: {
    call: (api) => api.getVectorStoreFileBatch(batch),
    wire: "GET /vector_stores/vs_1/file_batches/vsfb_1",
  },
  cancelVectorStoreFileBatch: {
    call: (api) => api.cancelVectorStoreFileBatch(batch),
    wire: "POST /vector_stores/vs_1/file_batches/vsfb_1/cancel",
  },
  listVectorStoreFileBatchFiles: {
    call: (api) => api.listVectorStoreFileBatchFiles({ ...batch, ...page }),
    wire: "GET /vector_stores/vs_1/file_batches/vsfb_1/files",
    query: pageQuery,
  },
};

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

async function wireOf(dialect: keyof typeof wires, { call }: Case) {
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

describe("the client before it sends", () => {
  const refusals: [what: string, code: string, call: (api: AssistantsApi) => Promise<unknown>][] = [
    ["an empty id", "missing_required_parameter", (api) => api.deleteThread({ thread_id: "" })],
    [
      "a missing id",
      "missing_required_parameter",
      (api) => Reflect.apply(api.getThread, api, [{ thread_id: undefined }]),
    ],
    ["no parameters at all", "missing_required_parameter", (api) => Reflect.apply(api.getThread, api, [])],
    ["an id that is a dot segment", "invalid_value", (api) => api.deleteThread({ thread_id: ".." })],
    ["an id with half a character", "invalid_value", (api) => api.getThread({ thread_id: "\ud800" })],
    [
      "a body that is no JSON",
      "invalid_json",
      (api) => Reflect.apply(api.createThread, api, [{ metadata: { n: 1n } }]),
    ],
    [
      "a stream from a method that answers once",
      "stream_by_method",
      (api) => api.createRun({ ...thread, assistant_id: "asst_1", stream: true }),
    ],
    [
      "one answer from a method that streams",
      "stream_by_method",
      (api) => firstOf(api.streamRun({ ...thread, assistant_id: "asst_1", stream: false })),
    ],
  ];
  for (const [what, code, call] of refusals) {
    it(`refuses ${what}`, async () => {
      await using server = await startServer();
      await using client = connect(server);
      assert.equal((await errorOf(call(client.api))).code, code);
      assert.equal(server.seen.length, 0);
    });
  }
});

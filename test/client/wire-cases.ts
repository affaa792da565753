/** One call of every operation, and the request that it makes on the wire. */
import type { AssistantsApi } from "../../src/contract/api.ts";

export interface WireCase {
  call(api: AssistantsApi): Promise<unknown>;
  wire: string;
  query?: [string, string][];
  body?: unknown;
  /** What its form holds; what stands between the parts is random. */
  form?: string[];
}

const message = { role: "user", content: "Hi" } as const;
export const thread = { thread_id: "thread_1" };
export const run = { ...thread, run_id: "run_1" };
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

export const firstOf = (events: AsyncIterable<unknown>) => events[Symbol.asyncIterator]().next();

export const cases: Record<keyof AssistantsApi, WireCase> = {
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

/**
 * Every operation of the contract, one row each. The API's type, the HTTP client, the HTTP router,
 * the service's handlers and the tests are all derived from this table.
 */
import type { FormFile } from "./file-to-upload.ts";
import type { Answers } from "./objects.ts";
import type { RequestName } from "./requests.ts";

/** The query parameters of a row: the schema that checks them and, so that no schema must load, their names. */
export interface QueryParameters {
  readonly schema: RequestName;
  readonly names: readonly string[];
  /** Those of them that have any number of values; on the wire `name[]` is one of them. */
  readonly lists?: readonly string[];
}

export interface Operation {
  readonly method: "GET" | "POST" | "DELETE";
  /** Relative to the base URL; `{name}` stands for a parameter. */
  readonly path: string;
  readonly query: QueryParameters | null;
  /** The schema of the body: every parameter that is in neither path nor query. */
  readonly body: RequestName | null;
  /**
   * Only where the body is a form (multipart/form-data): the parameter that is its file. The schema of the body is
   * that of the other fields.
   */
  readonly form?: FormFile;
  /** What comes back: once, or any number of times where the row streams. `FileContent` is bytes, all else JSON. */
  readonly answer: keyof Answers;
  /**
   * Only where the row streams: the row at the same address that answers once. On the wire `stream: true` in the
   * body chooses this one.
   */
  readonly streams?: string;
  /** True where OpenAI never had the operation in its beta: requests need not name it. */
  readonly outsideBeta?: true;
}

const page = { schema: "PageQuery", names: ["limit", "order", "after", "before"] } as const;
const filePage = { schema: "FilePageQuery", names: ["purpose", "limit", "order", "after"] } as const;
const messagePage = { schema: "MessagePageQuery", names: [...page.names, "run_id"] } as const;

const include = { schema: "IncludeQuery", names: ["include"], lists: ["include"] } as const;
const stepPage = { ...include, schema: "RunStepPageQuery", names: [...page.names, "include"] } as const;

const ASSISTANT = "/assistants/{assistant_id}";
const THREAD = "/threads/{thread_id}";
const MESSAGES = "/threads/{thread_id}/messages";
const MESSAGE = "/threads/{thread_id}/messages/{message_id}";
const RUNS = "/threads/{thread_id}/runs";
const RUN = "/threads/{thread_id}/runs/{run_id}";
const storeFilePage = { schema: "VectorStoreFilePageQuery", names: [...page.names, "filter"] } as const;
const FILE = "/files/{file_id}";
const UPLOAD = "/uploads/{upload_id}";

const STORE = "/vector_stores/{vector_store_id}";
const STORE_FILE = `${STORE}/files/{file_id}` as const;
const BATCH = `${STORE}/file_batches/{batch_id}` as const;

const createRun = { method: "POST", path: RUNS, query: include, body: "CreateRun", answer: "Run" } as const;
const createThreadAndRun = {
  method: "POST",
  path: "/threads/runs",
  query: null,
  body: "CreateThreadAndRun",
  answer: "Run",
} as const;
const submitToolOutputsToRun = {
  method: "POST",
  path: `${RUN}/submit_tool_outputs`,
  query: null,
  body: "SubmitToolOutputs",
  answer: "Run",
} as const;

const files = { path: "/files", outsideBeta: true } as const;
const file = { path: FILE, query: null, body: null, outsideBeta: true } as const;

const upload = { method: "POST", query: null, answer: "Upload", outsideBeta: true } as const;

const get = { method: "GET", query: null, body: null } as const;
const post = { method: "POST", query: null } as const;
const remove = { method: "DELETE", query: null, body: null } as const;

export const operations = {
  createAssistant: {
    method: "POST",
    path: "/assistants",
    query: null,
    body: "CreateAssistant",
    answer: "Assistant",
  },
  listAssistants: { method: "GET", path: "/assistants", query: page, body: null, answer: "AssistantPage" },
  getAssistant: { method: "GET", path: ASSISTANT, query: null, body: null, answer: "Assistant" },
  updateAssistant: {
    method: "POST",
    path: ASSISTANT,
    query: null,
    body: "UpdateAssistant",
    answer: "Assistant",
  },
  deleteAssistant: { method: "DELETE", path: ASSISTANT, query: null, body: null, answer: "AssistantDeleted" },

  createThread: { method: "POST", path: "/threads", query: null, body: "CreateThread", answer: "Thread" },
  getThread: { method: "GET", path: THREAD, query: null, body: null, answer: "Thread" },
  updateThread: { method: "POST", path: THREAD, query: null, body: "UpdateThread", answer: "Thread" },
  deleteThread: { method: "DELETE", path: THREAD, query: null, body: null, answer: "ThreadDeleted" },

  createMessage: { method: "POST", path: MESSAGES, query: null, body: "CreateMessage", answer: "Message" },
  listMessages: { method: "GET", path: MESSAGES, query: messagePage, body: null, answer: "MessagePage" },
  getMessage: { method: "GET", path: MESSAGE, query: null, body: null, answer: "Message" },
  updateMessage: { method: "POST", path: MESSAGE, query: null, body: "UpdateMessage", answer: "Message" },
  deleteMessage: { method: "DELETE", path: MESSAGE, query: null, body: null, answer: "MessageDeleted" },

  createRun,
  streamRun: { ...createRun, answer: "StreamEvent", streams: "createRun" },
  createThreadAndRun,
  streamThreadAndRun: { ...createThreadAndRun, answer: "StreamEvent", streams: "createThreadAndRun" },
  listRuns: { method: "GET", path: RUNS, query: page, body: null, answer: "RunPage" },
  getRun: { method: "GET", path: RUN, query: null, body: null, answer: "Run" },
  updateRun: { method: "POST", path: RUN, query: null, body: "UpdateRun", answer: "Run" },
  cancelRun: { method: "POST", path: `${RUN}/cancel`, query: null, body: null, answer: "Run" },
  submitToolOutputsToRun,
  streamToolOutputs: { ...submitToolOutputsToRun, answer: "StreamEvent", streams: "submitToolOutputsToRun" },

  listRunSteps: { method: "GET", path: `${RUN}/steps`, query: stepPage, body: null, answer: "RunStepPage" },
  getRunStep: {
    method: "GET",
    path: `${RUN}/steps/{step_id}`,
    query: include,
    body: null,
    answer: "RunStep",
  },

  listModels: {
    method: "GET",
    path: "/models",
    query: null,
    body: null,
    answer: "ModelList",
    outsideBeta: true,
  },
  getModel: {
    method: "GET",
    path: "/models/{model}",
    query: null,
    body: null,
    answer: "ModelObject",
    outsideBeta: true,
  },

  createFile: { ...files, method: "POST", query: null, body: "CreateFile", form: "file", answer: "File" },
  listFiles: { ...files, method: "GET", query: filePage, body: null, answer: "FilePage" },
  getFile: { ...file, method: "GET", answer: "File" },
  deleteFile: { ...file, method: "DELETE", answer: "FileDeleted" },
  getFileContent: { ...file, method: "GET", path: `${FILE}/content`, answer: "FileContent" },

  createUpload: { ...upload, path: "/uploads", body: "CreateUpload" },
  addUploadPart: {
    ...upload,
    path: `${UPLOAD}/parts`,
    body: "AddUploadPart",
    form: "data",
    answer: "UploadPart",
  },
  completeUpload: { ...upload, path: `${UPLOAD}/complete`, body: "CompleteUpload" },
  cancelUpload: { ...upload, path: `${UPLOAD}/cancel`, body: null },

  createVectorStore: {
    ...post,
    path: "/vector_stores",
    body: "CreateVectorStore",
    answer: "VectorStore",
  },
  listVectorStores: { ...get, path: "/vector_stores", query: page, answer: "VectorStorePage" },
  getVectorStore: { ...get, path: STORE, answer: "VectorStore" },
  updateVectorStore: { ...post, path: STORE, body: "UpdateVectorStore", answer: "VectorStore" },
  deleteVectorStore: { ...remove, path: STORE, answer: "VectorStoreDeleted" },
  searchVectorStore: {
    ...post,
    path: `${STORE}/search`,
    body: "SearchVectorStore",
    answer: "SearchResultsPage",
  },
  createVectorStoreFile: {
    ...post,
    path: `${STORE}/files`,
    body: "CreateVectorStoreFile",
    answer: "VectorStoreFile",
  },
  listVectorStoreFiles: {
    ...get,
    path: `${STORE}/files`,
    query: storeFilePage,
    answer: "VectorStoreFilePage",
  },
  getVectorStoreFile: { ...get, path: STORE_FILE, answer: "VectorStoreFile" },
  updateVectorStoreFile: {
    ...post,
    path: STORE_FILE,
    body: "UpdateVectorStoreFile",
    answer: "VectorStoreFile",
  },
  deleteVectorStoreFile: { ...remove, path: STORE_FILE, answer: "VectorStoreFileDeleted" },
  getVectorStoreFileContent: { ...get, path: `${STORE_FILE}/content`, answer: "VectorStoreFileContent" },
  createVectorStoreFileBatch: {
    ...post,
    path: `${STORE}/file_batches`,
    body: "CreateVectorStoreFileBatch",
    answer: "VectorStoreFileBatch",
  },
  getVectorStoreFileBatch: { ...get, path: BATCH, answer: "VectorStoreFileBatch" },
  cancelVectorStoreFileBatch: {
    ...post,
    path: `${BATCH}/cancel`,
    body: null,
    answer: "VectorStoreFileBatch",
  },
  listVectorStoreFileBatchFiles: {
    ...get,
    path: `${BATCH}/files`,
    query: storeFilePage,
    answer: "VectorStoreFilePage",
  },
} as const satisfies Record<string, Operation>;

export type OperationName = keyof typeof operations;

/** Those that stream. */
export type StreamName = {
  [Name in OperationName]: (typeof operations)[Name] extends { streams: string } ? Name : never;
}[OperationName];

/** Those that answer once. */
export type AnswerName = Exclude<OperationName, StreamName>;

/** Those that answer with bytes. */
export type BytesName = {
  [Name in AnswerName]: (typeof operations)[Name]["answer"] extends "FileContent" ? Name : never;
}[AnswerName];

/** Those whose body is a form with a file. */
export type FormName = {
  [Name in AnswerName]: (typeof operations)[Name] extends { form: FormFile } ? Name : never;
}[AnswerName];

/** The names of all operations, in the order of the table. */
export const operationNames = Object.keys(operations) as OperationName[];

const isStream = (name: OperationName): name is StreamName => "streams" in operations[name];

export const streamNames: readonly StreamName[] = operationNames.filter(isStream);
export const answerNames = operationNames.filter((name): name is AnswerName => !isStream(name));

/** The operation that streams what this one answers once; null where there is none. */
export function streamOf(name: OperationName): StreamName | null {
  return streamNames.find((stream) => operations[stream].streams === name) ?? null;
}

/** Whether an operation answers with bytes. */
export function answersWithBytes(name: AnswerName): name is BytesName {
  return operations[name].answer === "FileContent";
}

/** Whether an operation takes a form with a file. */
export function takesForm(name: AnswerName): name is FormName {
  return "form" in operations[name];
}

/** The parameters that stand in a row's path, in order. */
export function pathParameters(path: string): string[] {
  return Array.from(path.matchAll(/\{(\w+)\}/g), (match) => match[1] ?? "");
}

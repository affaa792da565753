/** The nodes of a test's flow, with the fields that a freshly dragged node has. */

/** A node as it stands in a flow; `wires` has one list of ids for each port. */
export interface FlowNode {
  id: string;
  type: string;
  [field: string]: unknown;
}

export const TAB = "tab";

const onTab = { z: TAB, x: 0, y: 0, version: 1, name: "", wires: [] };

export const tab = (fields: object = {}): FlowNode => ({ id: TAB, type: "tab", label: "", ...fields });

export const config = (fields: object = {}): FlowNode => ({
  id: "service",
  type: "assistants-config",
  version: 1,
  name: "",
  service: "embedded",
  dataDirectory: "",
  pace: 0,
  baseUrl: "",
  apiVersion: "",
  timeout: 600,
  environment: "",
  ...fields,
});

export const createAssistant = (fields: object = {}): FlowNode => ({
  ...onTab,
  id: "create",
  type: "assistants-create-assistant",
  config: "service",
  operation: "ensure",
  assistantName: "",
  model: "rehearsal",
  instructions: "",
  functions: [],
  codeInterpreter: false,
  fileSearch: false,
  vectorStore: "",
  vectorStoreType: "none",
  searchResults: "",
  searchThreshold: "",
  modifyTools: "keep",
  assistant: "assistant",
  assistantType: "msg",
  limit: 20,
  ...fields,
});

export const thread = (fields: object = {}): FlowNode => ({
  ...onTab,
  id: "thread",
  type: "assistants-thread",
  config: "service",
  operation: "create",
  key: "topic",
  keyType: "msg",
  memory: "",
  memoryType: "database",
  thread: "thread",
  threadType: "msg",
  metadata: "{}",
  metadataType: "json",
  ...fields,
});

export const message = (fields: object = {}): FlowNode => ({
  ...onTab,
  id: "message",
  type: "assistants-message",
  config: "service",
  operation: "create",
  thread: "thread",
  threadType: "msg",
  role: "user",
  content: "payload",
  contentType: "msg",
  attachments: "",
  attachmentsType: "none",
  attachmentTools: "file_search",
  limit: "",
  order: "asc",
  message: "message",
  messageType: "msg",
  metadata: "{}",
  metadataType: "json",
  ...fields,
});

export const run = (fields: object = {}): FlowNode => ({
  ...onTab,
  id: "run",
  type: "assistants-run",
  config: "service",
  operation: "run",
  outputs: 2,
  assistant: "assistant",
  assistantType: "msg",
  thread: "thread",
  threadType: "msg",
  question: "payload",
  questionType: "msg",
  attachments: "",
  attachmentsType: "none",
  attachmentTools: "file_search",
  additionalInstructions: "",
  answer: "payload",
  answerType: "msg",
  wires: [["answers"], ["calls"]],
  ...fields,
});

export const toolCall = (id: string, functionName: string, fields: object = {}): FlowNode => ({
  ...onTab,
  id,
  type: "assistants-tool-call",
  functionName,
  description: "",
  parameters: '{"type":"object","properties":{}}',
  outputs: 2,
  ...fields,
});

export const uploadFile = (fields: object = {}): FlowNode => ({
  ...onTab,
  id: "file",
  type: "assistants-upload-file",
  config: "service",
  operation: "upload",
  content: "payload",
  contentType: "msg",
  filename: "filename",
  filenameType: "msg",
  purpose: "assistants",
  expiry: "",
  expiryUnit: "days",
  vectorStore: "",
  vectorStoreType: "none",
  attributes: "{}",
  attributesType: "json",
  wait: true,
  waitSeconds: 600,
  file: "file",
  fileType: "msg",
  maxSize: 64,
  listPurpose: "",
  limit: 20,
  ...fields,
});

export const vectorStore = (fields: object = {}): FlowNode => ({
  ...onTab,
  id: "store",
  type: "assistants-vector-store",
  config: "service",
  operation: "ensure",
  vectorStore: "vectorStore",
  vectorStoreType: "msg",
  storeName: "",
  expiryDays: "",
  metadata: "",
  metadataType: "json",
  files: "file",
  filesType: "msg",
  attributes: "",
  attributesType: "json",
  chunking: "auto",
  chunkSize: 800,
  chunkOverlap: 400,
  wait: true,
  waitSeconds: 600,
  query: "payload",
  queryType: "msg",
  filter: "",
  filterType: "json",
  maxResults: 10,
  minScore: "",
  rewriteQuery: false,
  fileStatus: "",
  limit: 20,
  ...fields,
});

/** Node-RED's own Function node. */
export const functionNode = (id: string, func: string, fields: object = {}): FlowNode => ({
  ...onTab,
  id,
  type: "function",
  func,
  outputs: 1,
  timeout: 0,
  ...fields,
});

/** Where messages end; a test reads them there. */
export const inbox = (id: string): FlowNode => ({ ...onTab, id, type: "helper" });

/** Sends what fails in the flow to the inbox "caught". */
export const catchAll = (): FlowNode => ({
  ...onTab,
  id: "catch",
  type: "catch",
  scope: null,
  wires: [["caught"]],
});

/** Sends what one node has completed to the inbox "completed". */
export const complete = (id: string): FlowNode => ({
  ...onTab,
  id: "complete",
  type: "complete",
  scope: [id],
  wires: [["completed"]],
});

/** Where most flows end: what the nodes send comes out, and what fails in them is caught. */
export const ends: FlowNode[] = [inbox("out"), inbox("caught"), catchAll()];

import assert from "node:assert/strict";
import type { AssistantsApi } from "../../src/contract/api.ts";
import { contractError, type ErrorCode } from "../../src/contract/errors.ts";
import { idPrefixes } from "../../src/contract/ids.ts";
import { operationNames, operations, pathParameters } from "../../src/contract/operations.ts";
import { assertNotFound, assertRejects, callUnchecked } from "./rejections.ts";
import { atRest } from "./run-progress.ts";
import type { Subject } from "./subject.ts";

const prefixes = new Map<string, string>(Object.entries(idPrefixes));

/** Well-formed ids of nothing, by the name of their parameter. */
const NOWHERE = {
  assistant_id: "asst_none",
  thread_id: "thread_none",
  message_id: "msg_none",
  run_id: "run_none",
  step_id: "step_none",
  file_id: "file-none",
  upload_id: "upload_none",
  vector_store_id: "vs_none",
  batch_id: "vsfb_none",
};

const message = { role: "user", content: "Hello" } as const;
const {
  assistant_id,
  thread_id,
  message_id,
  run_id,
  step_id,
  file_id,
  upload_id,
  vector_store_id,
  batch_id,
} = NOWHERE;

const data = { content: Buffer.from("Hello") };

const noStore = ["vector_store_not_found", "vector store"] as const;

/** A call for every operation that names an object, and what is missing first when none of them is there. */
const unknown: [keyof AssistantsApi, ErrorCode, string, (api: AssistantsApi) => Promise<unknown>][] = [
  ["getAssistant", "assistant_not_found", "assistant", (api) => api.getAssistant({ assistant_id })],
  ["updateAssistant", "assistant_not_found", "assistant", (api) => api.updateAssistant({ assistant_id })],
  ["deleteAssistant", "assistant_not_found", "assistant", (api) => api.deleteAssistant({ assistant_id })],
  ["getThread", "thread_not_found", "thread", (api) => api.getThread({ thread_id })],
  ["updateThread", "thread_not_found", "thread", (api) => api.updateThread({ thread_id })],
  ["deleteThread", "thread_not_found", "thread", (api) => api.deleteThread({ thread_id })],
  ["createMessage", "thread_not_found", "thread", (api) => api.createMessage({ thread_id, ...message })],
  ["listMessages", "thread_not_found", "thread", (api) => api.listMessages({ thread_id })],
  ["getMessage", "message_not_found", "message", (api) => api.getMessage({ thread_id, message_id })],
  [
    "updateMessage",
    "message_not_found",
    "message",
    (api) => api.updateMessage({ thread_id, message_id, metadata: {} }),
  ],
  ["deleteMessage", "message_not_found", "message", (api) => api.deleteMessage({ thread_id, message_id })],
  ["createRun", "assistant_not_found", "assistant", (api) => api.createRun({ thread_id, assistant_id })],
  ["listRuns", "thread_not_found", "thread", (api) => api.listRuns({ thread_id })],
  ["getRun", "run_not_found", "run", (api) => api.getRun({ thread_id, run_id })],
  ["updateRun", "run_not_found", "run", (api) => api.updateRun({ thread_id, run_id, metadata: {} })],
  ["cancelRun", "run_not_found", "run", (api) => api.cancelRun({ thread_id, run_id })],
  [
    "submitToolOutputsToRun",
    "run_not_found",
    "run",
    (api) => api.submitToolOutputsToRun({ thread_id, run_id, tool_outputs: [] }),
  ],
  ["listRunSteps", "run_not_found", "run", (api) => api.listRunSteps({ thread_id, run_id })],
  ["getFile", "file_not_found", "file", (api) => api.getFile({ file_id })],
  ["deleteFile", "file_not_found", "file", (api) => api.deleteFile({ file_id })],
  ["getFileContent", "file_not_found", "file", (api) => api.getFileContent({ file_id })],
  ["addUploadPart", "upload_not_found", "upload", (api) => api.addUploadPart({ upload_id, data })],
  ["completeUpload", "upload_not_found", "upload", (api) => api.completeUpload({ upload_id, part_ids: [] })],
  ["cancelUpload", "upload_not_found", "upload", (api) => api.cancelUpload({ upload_id })],
  ["getVectorStore", ...noStore, (api) => api.getVectorStore({ vector_store_id })],
  ["updateVectorStore", ...noStore, (api) => api.updateVectorStore({ vector_store_id })],
  ["deleteVectorStore", ...noStore, (api) => api.deleteVectorStore({ vector_store_id })],
  ["searchVectorStore", ...noStore, (api) => api.searchVectorStore({ vector_store_id, query: "a" })],
  ["createVectorStoreFile", ...noStore, (api) => api.createVectorStoreFile({ vector_store_id, file_id })],
  ["listVectorStoreFiles", ...noStore, (api) => api.listVectorStoreFiles({ vector_store_id })],
  ["getVectorStoreFile", ...noStore, (api) => api.getVectorStoreFile({ vector_store_id, file_id })],
  [
    "updateVectorStoreFile",
    ...noStore,
    (api) => api.updateVectorStoreFile({ vector_store_id, file_id, attributes: {} }),
  ],
  ["deleteVectorStoreFile", ...noStore, (api) => api.deleteVectorStoreFile({ vector_store_id, file_id })],
  [
    "getVectorStoreFileContent",
    ...noStore,
    (api) => api.getVectorStoreFileContent({ vector_store_id, file_id }),
  ],
  [
    "createVectorStoreFileBatch",
    ...noStore,
    (api) => api.createVectorStoreFileBatch({ vector_store_id, file_ids: [file_id] }),
  ],
  [
    "getVectorStoreFileBatch",
    ...noStore,
    (api) => api.getVectorStoreFileBatch({ vector_store_id, batch_id }),
  ],
  [
    "cancelVectorStoreFileBatch",
    ...noStore,
    (api) => api.cancelVectorStoreFileBatch({ vector_store_id, batch_id }),
  ],
  [
    "listVectorStoreFileBatchFiles",
    ...noStore,
    (api) => api.listVectorStoreFileBatchFiles({ vector_store_id, batch_id }),
  ],
  ["getRunStep", "run_not_found", "run", (api) => api.getRunStep({ thread_id, run_id, step_id })],
];

const ids: Record<string, string> = {
  assistant: assistant_id,
  thread: thread_id,
  message: message_id,
  run: run_id,
  file: file_id,
  upload: upload_id,
  "vector store": vector_store_id,
};

export function idsSuite(subject: Subject): void {
  for (const [name, code, kind, call] of unknown) {
    it(`${name} does not find an unknown ${kind}`, async () => {
      await assertNotFound(call(subject.api), code, `No ${kind} found with id '${ids[kind]}'.`);
    });
  }

  it("createRun does not find an unknown thread", async () => {
    const { assistant } = await subject.scene();
    const additional_messages = [message];
    const call = subject.api.createRun({ thread_id, assistant_id: assistant.id, additional_messages });
    await assertNotFound(call, "thread_not_found", "No thread found with id 'thread_none'.");
  });

  it("createRun does not find an unknown assistant, and writes nothing", async () => {
    const { thread_id } = await subject.scene();
    const call = subject.api.createRun({ thread_id, assistant_id, additional_messages: [message] });
    await assertNotFound(call, "assistant_not_found", "No assistant found with id 'asst_none'.");
    assert.equal((await subject.api.listMessages({ thread_id })).data.length, 1);
  });

  it("getRunStep does not find an unknown step", async () => {
    const { thread_id, run } = await subject.scene();
    const { id: run_id } = await atRest(subject.api, await run());
    const call = subject.api.getRunStep({ thread_id, run_id, step_id });
    await assertNotFound(call, "run_step_not_found", "No run step found with id 'step_none'.");
  });

  for (const name of operationNames) {
    const names = pathParameters(operations[name].path);
    for (const param of names) {
      const ids = Object.entries(NOWHERE).filter(([id]) => names.includes(id));
      // A form without its file would be refused for that.
      const good = { ...Object.fromEntries(ids), ...(name === "addUploadPart" ? { data } : {}) };
      const prefix = prefixes.get(param);

      const wrong =
        prefix === undefined
          ? []
          : ["undefined", "null", "x y/ü?#", prefix, `X${prefix}_1`, "file_1", "call-1"];
      for (const value of wrong) {
        it(`${name} refuses ${param} ${value}`, async () => {
          await assertRejects(callUnchecked(subject.api, name, { ...good, [param]: value }), {
            code: "malformed_id",
            message: `Invalid '${param}': '${value}'. Expected an ID that begins with '${prefix}'.`,
            param,
          });
        });
      }

      for (const [title, value] of [
        ["none", undefined],
        ["null", null],
        ["an empty one", ""],
      ] as const) {
        it(`${name} refuses ${title} for ${param}`, async () => {
          await assertRejects(callUnchecked(subject.api, name, { ...good, [param]: value }), {
            code: "missing_required_parameter",
            message: `Missing required parameter: '${param}'.`,
            param,
            wireCode: "missing_required_parameter",
          });
        });
      }
    }
  }

  it("does not find a thread under an id of 256 characters", async () => {
    const long = `thread_${"x".repeat(249)}`;
    const { message } = contractError("thread_not_found", { id: long });
    await assertNotFound(subject.api.getThread({ thread_id: long }), "thread_not_found", message);
  });

  for (const length of [257, 4000]) {
    it(`refuses an id of ${length} characters`, async () => {
      const long = `thread_${"x".repeat(length - "thread_".length)}`;
      const shown = `${long.slice(0, 256)}…`;
      await assertRejects(subject.api.getThread({ thread_id: long }), {
        code: "malformed_id",
        message: `Invalid 'thread_id': '${shown}'. Expected an ID that begins with 'thread'.`,
        param: "thread_id",
      });
    });
  }

  it("does not find a thread under an id with characters of all kinds", async () => {
    const strange = "thread_ü/..%2e?#& '\"";
    const { message } = contractError("thread_not_found", { id: strange });
    await assertNotFound(subject.api.getThread({ thread_id: strange }), "thread_not_found", message);
  });
}

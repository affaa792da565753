/** For each row that takes a body one that is taken: nothing made from a schema alone names what is there. */
import type { AnswerName } from "../../src/contract/operations.ts";
import type { Ids } from "./request-bytes.ts";

/** `{name}` stands for the id of an object that is there. Rows that are not named are content with nothing at all. */
export const goodBodies: Partial<Record<AnswerName, object>> = {
  createAssistant: { model: "scripted" },
  createMessage: {
    role: "user",
    content: [{ type: "image_file", image_file: { file_id: "{file_id}" } }],
    attachments: [{ file_id: "{file_id}", tools: [{ type: "file_search" }] }],
  },
  createThread: {
    messages: [{ role: "user", content: "Hello" }],
    tool_resources: {
      code_interpreter: { file_ids: ["{file_id}"] },
      file_search: { vector_store_ids: ["{vector_store_id}"] },
    },
  },
  createRun: { assistant_id: "{assistant_id}", additional_messages: [{ role: "user", content: "Hello" }] },
  createThreadAndRun: { assistant_id: "{assistant_id}", thread: { metadata: { a: "b" } } },
  submitToolOutputsToRun: { tool_outputs: [{ tool_call_id: "{tool_call_id}", output: "1" }] },
  createUpload: { filename: "a.txt", purpose: "assistants", bytes: 5, mime_type: "text/plain" },
  completeUpload: { part_ids: ["{part_id}"] },
  searchVectorStore: { query: "Hello", filters: { type: "eq", key: "a", value: "b" } },
  createVectorStoreFile: { file_id: "{file_id}" },
  updateVectorStoreFile: { attributes: { a: 1 } },
  createVectorStoreFileBatch: { file_ids: ["{file_id}"] },
};

/** The only row that nothing good can be sent to: the batch that is there is completed. */
export const isRefusedAlways = (name: AnswerName) => name === "cancelVectorStoreFileBatch";

/** A text with the ids of objects that are there. */
export const withIds = (text: string, ids: Ids) =>
  text.replace(/\{(\w+)\}/g, (whole, name: string) => ids[name] ?? whole);

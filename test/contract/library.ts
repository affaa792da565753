/** Files and vector stores for the suites. */
import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import type { AssistantsApi, Parameters } from "../../src/contract/api.ts";
import type { ErrorCode } from "../../src/contract/errors.ts";
import type { VectorStore } from "../../src/contract/objects.ts";
import { errorOf } from "./rejections.ts";

/** The file of the documents that the project started from. */
export const CODES = "The word 'apple' uses the code 442345, while the word 'banana' uses the code 673457.";

/** Uploads a text; its id. */
export async function uploadText(api: AssistantsApi, content: string | Uint8Array, name = "codes.txt") {
  const file = { name, content: typeof content === "string" ? Buffer.from(content) : content };
  return (await api.createFile({ purpose: "assistants", file })).id;
}

/** Adds these texts to an upload, all at once; the ids of its parts in the order of the texts. */
export async function addParts(api: AssistantsApi, upload_id: string, texts: string[]): Promise<string[]> {
  const add = (text: string) => api.addUploadPart({ upload_id, data: { content: Buffer.from(text) } });
  return (await Promise.all(texts.map(add))).map(({ id }) => id);
}

/** The bytes of a file. */
export async function readContent(api: AssistantsApi, file_id: string): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of (await api.getFileContent({ file_id })).content) pieces.push(piece);
  return Buffer.concat(pieces);
}

const POLL_MS = 10;
const PATIENCE_MS = 15_000;

/** The vector store as soon as nothing in it is in progress. */
export async function untilIndexed(api: AssistantsApi, vector_store_id: string): Promise<VectorStore> {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const store = await api.getVectorStore({ vector_store_id });
    if (store.status !== "in_progress") return store;
    assert.ok(Date.now() < end, "the vector store stays in progress");
    await pause(POLL_MS);
  }
}

/** A vector store with these texts, all of them indexed. */
export async function storeOf(
  api: AssistantsApi,
  texts: string[],
  fields: Parameters<"createVectorStore"> = {},
): Promise<VectorStore> {
  const file_ids = await Promise.all(texts.map((text, index) => uploadText(api, text, `file-${index}.txt`)));
  const { id } = await api.createVectorStore({ file_ids, ...fields });
  return untilIndexed(api, id);
}

/** The texts that a search finds, best first. */
export async function findTexts(
  api: AssistantsApi,
  vector_store_id: string,
  query: string | string[],
  fields: Partial<Parameters<"searchVectorStore">> = {},
): Promise<string[]> {
  const { data } = await api.searchVectorStore({ vector_store_id, query, ...fields });
  return data.flatMap(({ content }) => content.map(({ text }) => text));
}

/** Asserts that a call is refused with an error of that code. */
export async function assertRefused(call: Promise<unknown>, code: ErrorCode): Promise<void> {
  assert.equal((await errorOf(call)).code, code);
}

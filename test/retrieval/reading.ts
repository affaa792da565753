import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { AUTO_CHUNKS } from "../../src/retrieval/chunks.ts";
import type { FileReader } from "../../src/retrieval/reading/file-reader.ts";
import { UnreadableFile } from "../../src/retrieval/reading/unreadable-file.ts";

export const DOCUMENTS = join(import.meta.dirname, "documents");

/** The text of a file of the disk, its chunks put together. */
export async function textOf(reader: FileReader, path: string, name: string): Promise<string> {
  const size = { ...AUTO_CHUNKS, chunk_overlap_tokens: 0 };
  let text = "";
  for await (const { chunks } of reader.read({ path, name, size })) {
    text += chunks.map((chunk) => chunk.text).join("");
  }
  return text;
}

/** Writes a file into a directory and reads it: its text, or why there is none. */
export async function outcomeOf(reader: FileReader, directory: string, name: string, content: Uint8Array) {
  const path = join(directory, "file");
  await writeFile(path, content);
  return refusalOf(reader, path, name);
}

export async function refusalOf(reader: FileReader, path: string, name: string) {
  try {
    return { text: await textOf(reader, path, name) };
  } catch (error) {
    assert.ok(error instanceof UnreadableFile, String(error));
    return { code: error.code, message: error.message };
  }
}

/** The thread that reads files: text, chunks and their words, handed out in parts as they are asked for. */
import { readFileSync, statSync } from "node:fs";
import { parentPort } from "node:worker_threads";
import { estimateTokens } from "../../models/tokens.ts";
import type { Asked, Reply } from "../asked-worker.ts";
import { chunksOf } from "../chunks.ts";
import type { IndexedChunk } from "../index/search-index.ts";
import { wordsOfText } from "../words.ts";
import type { FileToRead, ReadPart, ReadRequest } from "./file-reader.ts";
import { checkKind, textOfFile } from "./text-of-file.ts";
import { UnreadableFile } from "./unreadable-file.ts";

if (!parentPort) throw new Error("The reading worker was started outside a worker thread.");
const port = parentPort;

/** Chunks in a part: the thread that searches is not held up long by one. */
const CHUNKS_A_PART = 16;

/** Tokens that a file may have. */
const MAX_TOKENS = 5_000_000;

let parts: Iterator<ReadPart> | null = null;

function* partsOf(file: FileToRead): Generator<ReadPart, undefined> {
  checkKind(file.name, statSync(file.path).size);
  const text = textOfFile(file.name, readFileSync(file.path));
  if (estimateTokens(text) > MAX_TOKENS) {
    throw new UnreadableFile("invalid_file", `The file has more than ${MAX_TOKENS} tokens. Split it.`);
  }
  let chunks: IndexedChunk[] = [];
  for (const chunk of chunksOf(text, file.size)) {
    if (chunks.length === CHUNKS_A_PART) {
      yield { chunks, last: false };
      chunks = [];
    }
    chunks.push({ ...chunk, words: wordsOfText(chunk.text).join(" ") });
  }
  yield { chunks, last: true };
}

function answer(request: ReadRequest): ReadPart {
  if (request.method === "read") parts = partsOf(request.file);
  const next = parts?.next();
  if (!next || next.done) throw new Error("no file is being read");
  if (next.value.last) parts = null;
  return next.value;
}

port.on("message", ({ id, request }: Asked<ReadRequest>) => {
  let reply: Reply<ReadPart>;
  try {
    reply = { id, value: answer(request) };
  } catch (error) {
    parts = null;
    const message = error instanceof Error ? error.message : String(error);
    reply = { id, failure: error instanceof UnreadableFile ? { message, code: error.code } : { message } };
  }
  port.postMessage(reply);
});

/** The process that reads files: text, chunks and their words, handed out in parts as they are asked for. */
import { closeSync, fstatSync, openSync, readFileSync, readSync } from "node:fs";
import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import { estimateTokens } from "../../models/tokens.ts";
import type { Asked, Reply } from "../asked-worker.ts";
import { chunksOf } from "../chunks.ts";
import type { IndexedChunk } from "../index/search-index.ts";
import { wordsOfText } from "../words.ts";
import { checkSize, HEAD_BYTES, kindOfFile } from "./file-kind.ts";
import type { FileToRead, ReadPart, ReadRequest } from "./file-reader.ts";
import { textOfFile } from "./text-of-file.ts";
import { MAX_TOKENS, tooMuchText, UnreadableFile } from "./unreadable-file.ts";

/** Chunks in a part: the thread that searches is not held up long by one. */
const CHUNKS_A_PART = 16;

let parts: Iterator<ReadPart> | null = null;

/** What is asked and not answered yet. */
let open: number | null = null;

async function textOf({ path, name }: FileToRead): Promise<string> {
  const file = openSync(path, "r");
  try {
    const head = Buffer.alloc(HEAD_BYTES);
    const kind = kindOfFile(name, head.subarray(0, readSync(file, head, 0, HEAD_BYTES, 0)));
    checkSize(kind, fstatSync(file).size);
    return await textOfFile(kind, readFileSync(file));
  } finally {
    closeSync(file);
  }
}

function* partsOf(text: string, { size }: FileToRead): Generator<ReadPart, undefined> {
  if (estimateTokens(text) > MAX_TOKENS) throw tooMuchText();
  let chunks: IndexedChunk[] = [];
  for (const chunk of chunksOf(text, size)) {
    if (chunks.length === CHUNKS_A_PART) {
      yield { chunks, last: false };
      chunks = [];
    }
    chunks.push({ ...chunk, words: wordsOfText(chunk.text).join(" ") });
  }
  yield { chunks, last: true };
}

async function answer(request: ReadRequest): Promise<ReadPart> {
  if (request.method === "read") parts = partsOf(await textOf(request.file), request.file);
  const next = parts?.next();
  if (!next || next.done) throw new Error("no file is being read");
  if (next.value.last) parts = null;
  return next.value;
}

async function reply({ id, request }: Asked<ReadRequest>): Promise<Reply<ReadPart>> {
  open = id;
  try {
    return { id, value: await answer(request) };
  } catch (error) {
    parts = null;
    if (error instanceof UnreadableFile) return { id, failure: { message: error.message, code: error.code } };
    return { id, failure: { message: withoutPath(error) } };
  }
}

function say(answered: Reply<ReadPart>): void {
  if (answered.id !== open) return;
  open = null;
  process.send?.(answered);
}

/** What the disk says names the file's place on it, which is nobody's business. */
function withoutPath(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return "syscall" in error && "code" in error ? `the disk says ${error.code}` : error.message;
}

// The neighbour is TypeScript or compiled, as this file is.
new Worker(new URL(`./memory-watch${extname(import.meta.url)}`, import.meta.url)).unref();

process.on("message", async (asked: Asked<ReadRequest>) => say(await reply(asked)));
// A reader's library may fail behind its back. Whoever asked stops a process that says so.
process.on("uncaughtException", (error) => {
  if (open === null) process.exit(1);
  say({ id: open, failure: { message: withoutPath(error) } });
});
process.on("disconnect", () => process.exit());
// Whoever stops the service from a keyboard means the service, which then stops this.
process.on("SIGINT", () => {});

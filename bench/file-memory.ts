/**
 * What a file of 512 MB adds to the memory of the service that takes it and of the client that sends it, each in a
 * process of its own; and the same for sending it in parts, four at once, for putting them together, and for reading.
 * Then what it adds to one process that has both, as Node-RED with the service built in, which sends it from a path.
 * After a small one, so that the code itself is not counted.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { createReadStream } from "node:fs";
import { mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openPieces } from "../nodes/files/pieces.ts";
import { Transfers } from "../nodes/files/transfers.ts";
import { createClient } from "../src/client/client.ts";
import { MAX_FILE_BYTES, MAX_PART_BYTES } from "../src/contract/file-to-upload.ts";
import { createRehearsal } from "../src/models/rehearsal/rehearsal.ts";
import { startHttpServer } from "../src/service/http/server.ts";
import { openService } from "../src/service/service.ts";

const MB = 1024 * 1024;
const KEY = "key-of-the-bench";

/** Says how much more memory the process has at its height than now. */
function watchMemory(): () => number {
  const before = process.memoryUsage.rss();
  let highest = before;
  const timer = setInterval(() => {
    highest = Math.max(highest, process.memoryUsage.rss());
  }, 5);
  return () => {
    clearInterval(timer);
    return Math.round((highest - before) / MB);
  };
}

async function serve(directory: string): Promise<void> {
  const service = await openService({ directory, model: createRehearsal({ pace: 0 }) });
  const server = await startHttpServer({ api: service.api, apiKey: KEY, port: 0 });
  let grown = watchMemory();
  process.on("message", (message) => {
    if (message === "watch") grown = watchMemory();
    process.send?.({ grown: message === "watch" ? 0 : grown() });
  });
  process.send?.({ url: server.url });
}

async function* zeros(bytes: number): AsyncGenerator<Uint8Array> {
  const piece = Buffer.alloc(64 * 1024);
  for (let sent = 0; sent < bytes; sent += piece.length) yield piece;
}

async function measure(): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), "file-memory-"));
  const child = fork(import.meta.filename, [directory]);
  const [{ url }] = await once(child, "message");
  const { api, close } = createClient({ dialect: "openai", baseUrl: `${url}/v1`, apiKey: KEY });
  const ask = async (message: string) => {
    child.send(message);
    const [{ grown }] = await once(child, "message");
    return grown;
  };
  const upload = (bytes: number) =>
    api.createFile({ purpose: "user_data", file: { name: "zeros", content: zeros(bytes) } });
  const download = async (file_id: string) => {
    let bytes = 0;
    for await (const piece of (await api.getFileContent({ file_id })).content) bytes += piece.length;
    return bytes;
  };
  const watched = async (what: string, work: () => Promise<unknown>) => {
    await ask("watch");
    const grown = watchMemory();
    const began = performance.now();
    await work();
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    console.log(`${what}: service +${await ask("tell")} MB, client +${grown()} MB, ${seconds} s`);
  };
  const inParts = async (bytes: number, size: number) => {
    const fields = { filename: "zeros", purpose: "user_data", mime_type: "text/plain", bytes } as const;
    const { id: upload_id } = await api.createUpload(fields);
    const part_ids: string[] = [];
    let left = bytes / size;
    const send = async () => {
      while (left-- > 0)
        part_ids.push((await api.addUploadPart({ upload_id, data: { content: zeros(size) } })).id);
    };
    await Promise.all([send(), send(), send(), send()]);
    return { upload_id, part_ids };
  };
  await download((await upload(MB)).id);
  await api.completeUpload(await inParts(MB, MB / 4));
  let id = "";
  await watched("upload of 512 MB", async () => {
    id = (await upload(MAX_FILE_BYTES)).id;
  });
  await watched("download of 512 MB", () => download(id));
  let parts: Awaited<ReturnType<typeof inParts>> | undefined;
  await watched("upload of 512 MB in parts of 64", async () => {
    parts = await inParts(MAX_FILE_BYTES, MAX_PART_BYTES);
  });
  await watched("completion", async () => parts && api.completeUpload(parts));
  await close();
  child.kill();
  await once(child, "exit");
  await rm(directory, { recursive: true });
}

/** As the upload file node does: a file of the disk in, piece by piece and counted. */
async function sendFromPath(directory: string): Promise<void> {
  const { api, close } = await openService({ directory, model: createRehearsal({ pace: 0 }) });
  const transfers = new Transfers(() => {});
  const path = join(directory, "zeros");
  const upload = async (bytes: number) => {
    await writeFile(path, "");
    await truncate(path, bytes);
    const pieces = await openPieces(createReadStream(path), { signal: new AbortController().signal });
    if (!pieces) throw new Error("the file is empty");
    const file = { name: "zeros", content: transfers.counted(pieces, bytes) };
    await api.createFile({ purpose: "user_data", file });
  };
  await upload(MB);
  const grown = watchMemory();
  await upload(MAX_FILE_BYTES);
  console.log(`upload of 512 MB from a path, all in one process: +${grown()} MB`);
  await close();
}

async function measureFromPath(): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), "file-memory-"));
  await once(fork(import.meta.filename, [directory, "from a path"]), "exit");
  await rm(directory, { recursive: true });
}

const [, , directory, work] = process.argv;
if (directory === undefined) {
  await measure();
  await measureFromPath();
} else if (work === undefined) await serve(directory);
else await sendFromPath(directory);

import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import type { NodeMessage } from "node-red";
import { caughtError } from "./caught-error.ts";
import { heldStream } from "./files/held-stream.ts";
import { catchAll, inbox, uploadFile } from "./node-fields.ts";
import { type RunningFlow, runFlow } from "./running-flow.ts";
import { type Served, serveModel } from "./served-model.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

const ends = [inbox("out"), inbox("caught"), catchAll()];
const LARGE = 3 * 1024 * 1024;

async function* large(word: string) {
  for (let bytes = 0; bytes < LARGE; bytes += 64 * 1024) yield Buffer.alloc(64 * 1024, word);
}

describe("the upload file node, with a server", () => {
  let served: Served;
  let flow: RunningFlow;
  let disk: { path: string } & AsyncDisposable;

  beforeEach(async () => {
    served = await serveModel([]);
    disk = await temporaryDirectory();
  });
  afterEach(async () => {
    await flow[Symbol.asyncDispose]();
    await served[Symbol.asyncDispose]();
    await disk[Symbol.asyncDispose]();
  });

  const node = (fields: object = {}) => uploadFile({ wires: [["out"]], ...fields });

  async function start(fields: object = {}): Promise<void> {
    flow = await runFlow([served.config, node(fields), ...ends], { credentials: served.credentials });
  }

  async function pass(msg: NodeMessage): Promise<NodeMessage> {
    flow.send("file", msg);
    return flow.inbox("out").next();
  }

  const files = async () => (await served.api.listFiles({})).data;

  async function onlyFile() {
    const [file, ...others] = await files();
    assert.ok(file && others.length === 0);
    const { content, type } = await served.api.getFileContent({ file_id: file.id });
    return { file, type, content: await buffer(content) };
  }

  it("sends a text with its name, type, purpose and expiry", async () => {
    await start({ purpose: "user_data", expiry: 1, expiryUnit: "days" });
    const msg = await pass({ payload: "Grüße", filename: 'a "b".md' });
    const { file, type, content } = await onlyFile();
    assert.deepEqual(msg["file"], file);
    assert.deepEqual([file.filename, file.purpose, type], ['a "b".md', "user_data", "text/plain"]);
    assert.equal(file.expires_at, file.created_at + 86_400);
    assert.equal(String(content), "Grüße");
  });

  it("sends a stream and a file of the disk piece by piece", async () => {
    await start();
    await pass({ payload: Readable.from(large("a")), filename: "a" });
    assert.deepEqual((await onlyFile()).content, Buffer.alloc(LARGE, "a"));
    await flow[Symbol.asyncDispose]();
    await served.api.deleteFile({ file_id: (await onlyFile()).file.id });
    const path = join(disk.path, "b");
    await writeFile(path, large("b"));
    await start({ content: path, contentType: "path" });
    await pass({});
    assert.deepEqual((await onlyFile()).content, Buffer.alloc(LARGE, "b"));
  });

  it("sends a stream that breaks to Catch, and the server has nothing of it", async () => {
    await start();
    async function* breaks() {
      yield* large("x");
      throw new Error("the disk is broken");
    }
    flow.send("file", { payload: breaks(), filename: "a" });
    const { code, message } = await caughtError(flow);
    assert.equal(code, "content_unreadable");
    assert.match(message, /the disk is broken\. Nothing was uploaded/);
    assert.deepEqual(await files(), []);
  });

  it("gives up what it sends when it closes, and stays silent", async () => {
    await start();
    const { stream: payload, asked, left } = heldStream();
    flow.send("file", { payload, filename: "a.txt" });
    await asked;
    await flow.deploy([served.config, node({ name: "changed" }), ...ends]);
    await left;
    const silence = ["out", "caught"].map((id) => flow.inbox(id).arrived);
    assert.deepEqual([...silence, await files()], [[], [], []]);
  });

  it("reads the content of a file, up to its limit", async () => {
    await start({ operation: "content", maxSize: LARGE / 1024 / 1024 });
    const give = (name: string, content: Buffer) =>
      served.api.createFile({ file: { name, content }, purpose: "assistants" });
    const fits = await give("fits", Buffer.alloc(LARGE, "a"));
    assert.deepEqual((await pass({ file: fits })).payload, Buffer.alloc(LARGE, "a"));
    flow.send("file", { file: await give("over", Buffer.alloc(LARGE + 1)) });
    assert.equal((await caughtError(flow)).code, "file_over_limit");
  });
});

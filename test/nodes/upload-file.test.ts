import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createReadStream } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { runInNewContext } from "node:vm";
import type { NodeMessage } from "node-red";
import type { SharedService } from "../../nodes/shared/implementations.ts";
import type { Share } from "../../nodes/shared/shared.ts";
import type { AssistantsApi } from "../../src/contract/api.ts";
import { caughtError } from "./caught-error.ts";
import { catchAll, inbox, uploadFile } from "./node-fields.ts";
import { type RunningFlow, runFlow } from "./running-flow.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

const UNKNOWN = "file-000000000000000000000000";
const ends = [inbox("out"), inbox("caught"), catchAll()];

describe("the upload file node", () => {
  let flow: RunningFlow;
  let service: Share<SharedService> | null;
  let api: AssistantsApi;
  let disk: { path: string } & AsyncDisposable;

  beforeEach(async () => {
    service = null;
    disk = await temporaryDirectory();
  });
  afterEach(async () => {
    await service?.release();
    await flow[Symbol.asyncDispose]();
    await disk[Symbol.asyncDispose]();
  });

  const node = (fields: object = {}) => uploadFile({ config: "", wires: [["out"]], ...fields });

  async function start(fields: object = {}): Promise<void> {
    const settings = { fileWorkingDirectory: disk.path };
    flow = await runFlow([node(fields), ...ends], { settings });
    service = await flow.lease();
    api = service.value.api;
  }

  async function pass(msg: NodeMessage): Promise<NodeMessage> {
    flow.send("file", msg);
    return flow.inbox("out").next();
  }

  const files = async () => (await api.listFiles({ order: "asc" })).data;

  async function onlyFile() {
    const [file, ...others] = await files();
    assert.ok(file && others.length === 0);
    return { file, content: await contentOf(file.id) };
  }

  async function contentOf(file_id: string): Promise<Buffer> {
    return Buffer.concat(await Readable.from((await api.getFileContent({ file_id })).content).toArray());
  }

  const give = (name: string, content: string) =>
    api.createFile({ file: { name, content: Buffer.from(content) }, purpose: "assistants" });

  describe("upload", () => {
    it("uploads the payload under msg.filename, and leaves the rest of the message alone", async () => {
      await start();
      const req = { headers: {} };
      const msg = await pass({ payload: "{{topic}}", filename: "/tmp/a.md", topic: "t", req });
      const { file, content } = await onlyFile();
      assert.deepEqual(msg["file"], file);
      assert.deepEqual([file.filename, file.purpose, String(content)], ["a.md", "assistants", "{{topic}}"]);
      assert.equal("expires_at" in file, false);
      assert.deepEqual([msg.payload, msg["filename"], msg.topic], ["{{topic}}", "/tmp/a.md", "t"]);
      assert.equal(msg["req"], req);
    });

    const contents: Record<string, () => unknown> = {
      "a Buffer": () => Buffer.from("Grüße"),
      "a Uint8Array of a Function node": () =>
        runInNewContext("new Uint8Array(bytes)", { bytes: [...Buffer.from("Grüße")] }),
      "an ArrayBuffer": () => new Uint8Array(Buffer.from("Grüße")).buffer,
      "a stream of bytes": () => Readable.from([Buffer.from("Gr"), Buffer.from("üße")]),
      "a stream of text": () => Readable.from([Buffer.from("Grüße")]).setEncoding("utf8"),
      "a stream of the web": () => new Response("Grüße").body,
      "an async iterator": async function* () {
        yield "Gr";
        yield Buffer.from("üße");
      },
    };
    for (const [title, content] of Object.entries(contents)) {
      it(`takes ${title}`, async () => {
        await start();
        const given = content();
        const payload = typeof given === "function" ? given() : given;
        await pass({ payload, filename: "a.txt" });
        assert.equal(String((await onlyFile()).content), "Grüße");
      });
    }

    it("takes a text without a name as text.txt, of the type text/plain", async () => {
      await start();
      await pass({ payload: "Hi" });
      const { file } = await onlyFile();
      assert.equal(file.filename, "text.txt");
      assert.equal((await api.getFileContent({ file_id: file.id })).type, "text/plain");
    });

    it("fills in texts that were written into the form", async () => {
      await start({
        content: "It's <{{payload}}>",
        contentType: "str",
        filename: "{{topic}}.md",
        filenameType: "str",
      });
      await pass({ payload: "{{topic}}", topic: "b" });
      const { file, content } = await onlyFile();
      assert.deepEqual([file.filename, String(content)], ["b.md", "It's <{{topic}}>"]);
    });

    for (const [expiry, expiryUnit, seconds] of [
      ["1.5", "hours", 5400],
      [30, "days", 2_592_000],
    ] as const) {
      it(`uploads for the purpose that was chosen, and for ${expiry} ${expiryUnit}`, async () => {
        await start({ purpose: "user_data", expiry, expiryUnit });
        await pass({ payload: "Hi" });
        const { file } = await onlyFile();
        assert.equal(file.purpose, "user_data");
        assert.equal(file.expires_at, file.created_at + seconds);
      });
    }

    it("answers two messages at once, each with its own file", async () => {
      await start();
      const both = Promise.withResolvers<void>();
      let underWay = 0;
      async function* content(word: string) {
        yield `${word} `;
        underWay += 1;
        if (underWay === 2) both.resolve();
        await both.promise;
        yield word;
      }
      for (const word of ["a", "b"]) flow.send("file", { payload: content(word), filename: word });
      const answers = await flow.inbox("out").take(2);
      assert.deepEqual(answers.map((msg) => msg["filename"]).sort(), ["a", "b"]);
      for (const { file, filename } of answers) {
        assert.ok(typeof file === "object" && file !== null && "id" in file);
        assert.equal(String(await contentOf(String(file.id))), `${filename} ${filename}`);
      }
    });

    it("gives up what it uploads when it closes, and stays silent", async () => {
      await start();
      const asked = Promise.withResolvers<void>();
      const left = Promise.withResolvers<void>();
      const payload = new Readable({
        read() {
          if (this.readableDidRead) asked.resolve();
          else this.push("x".repeat(this.readableHighWaterMark));
        },
        destroy(_error, done) {
          left.resolve();
          done(null);
        },
      });
      flow.send("file", { payload, filename: "a.txt" });
      await asked.promise;
      const out = flow.inbox("out");
      await flow.deploy([node({ name: "changed" }), ...ends]);
      await left.promise;
      assert.deepEqual([out.arrived, flow.inbox("caught").arrived, await files()], [[], [], []]);
    });
  });

  describe("upload of a path", () => {
    it("reads the file that the form's template names, under its own name", async () => {
      await start({ content: `${disk.path}/{{topic}}.txt`, contentType: "path" });
      await writeFile(join(disk.path, "on disk.txt"), "Grüße");
      await pass({ topic: "on disk" });
      const { file, content } = await onlyFile();
      assert.deepEqual([file.filename, String(content)], ["on disk.txt", "Grüße"]);
    });

    it("gives it the name that the message has", async () => {
      await start({ content: `${disk.path}/a.txt`, contentType: "path" });
      await writeFile(join(disk.path, "a.txt"), "Hi");
      await pass({ filename: "other.md" });
      assert.equal((await onlyFile()).file.filename, "other.md");
    });

    it("begins a relative one where Node-RED's file nodes begin it", async () => {
      await start({ content: "in/a.txt", contentType: "path" });
      await mkdir(join(disk.path, "in"));
      await writeFile(join(disk.path, "in", "a.txt"), "Hi");
      await pass({});
      assert.equal(String((await onlyFile()).content), "Hi");
    });

    it("happens only where it was chosen: a path in the message is a text", async () => {
      await start();
      const payload = join(disk.path, "a.txt");
      await writeFile(payload, "secret");
      await pass({ payload });
      assert.equal(String((await onlyFile()).content), payload);
    });

    const unreadable: [string, string, string][] = [
      ["that does not exist", "nowhere.txt", "path_unreadable"],
      ["of a directory", ".", "path_no_file"],
      ["of a pipe that nobody writes into", "pipe", "path_no_file"],
      ["of an empty file", "empty.txt", "file_content_missing"],
    ];
    for (const [title, content, code] of unreadable) {
      it(`${title} goes to Catch: ${code}`, async () => {
        execFileSync("mkfifo", [join(disk.path, "pipe")]);
        await writeFile(join(disk.path, "empty.txt"), "");
        await start({ content, contentType: "path" });
        flow.send("file", {});
        assert.equal((await caughtError(flow)).code, code);
        assert.deepEqual(await files(), []);
      });
    }
  });

  describe("what cannot be uploaded goes to Catch, and the service has nothing of it:", () => {
    async function* breaks() {
      yield "half";
      throw new Error("the disk is broken");
    }

    async function consumed(): Promise<Readable> {
      const stream = Readable.from(["x"]);
      await stream.toArray();
      return stream;
    }

    function locked() {
      const { body } = new Response("x");
      body?.getReader();
      return body;
    }

    const wrong: Record<string, [() => unknown, string]> = {
      nothing: [() => undefined, "file_content_missing"],
      "an empty text": [() => "", "file_content_missing"],
      "an empty Buffer": [() => Buffer.alloc(0), "file_content_missing"],
      "an empty stream": [() => Readable.from([]), "file_content_missing"],
      "a stream that was read before": [consumed, "file_content_missing"],
      "a stream that somebody else is reading": [locked, "file_content_missing"],
      "an object": [() => ({ a: 1 }), "file_content_invalid"],
      "a list": [() => ["a"], "file_content_invalid"],
      "a number": [() => 7, "file_content_invalid"],
      "a stream that breaks": [() => Readable.from(breaks()), "content_unreadable"],
      "a stream of objects": [() => Readable.from([{ a: 1 }]), "content_unreadable"],
      "a stream of a file that is not there": [() => createReadStream("/nowhere"), "content_unreadable"],
    };
    for (const [title, [content, code]] of Object.entries(wrong)) {
      it(`${title} (${code})`, async () => {
        await start();
        flow.send("file", { payload: await content(), filename: "a.txt" });
        assert.equal((await caughtError(flow)).code, code);
        assert.deepEqual([await files(), flow.inbox("out").arrived], [[], []]);
      });
    }

    it("a Buffer without a name (filename_missing)", async () => {
      await start();
      flow.send("file", { payload: Buffer.from("x"), filename: " " });
      assert.equal((await caughtError(flow)).code, "filename_missing");
      assert.deepEqual(await files(), []);
    });

    it("a stream for which the service refuses the request, and the stream is let go", async () => {
      await start({ expiry: 0.5, expiryUnit: "hours" });
      const payload = new PassThrough();
      payload.write("x");
      flow.send("file", { payload, filename: "a.txt" });
      assert.equal((await caughtError(flow)).code, "invalid_value");
      assert.equal(payload.destroyed, true);
      assert.deepEqual(await files(), []);
    });
  });

  it("a stream that fails while the service is still being opened ends nothing", async () => {
    flow = await runFlow([node(), ...ends]);
    const payload = new PassThrough();
    flow.send("file", { payload, filename: "a.txt" });
    payload.destroy(new Error("the disk is broken"));
    const { code, message } = await caughtError(flow);
    assert.equal(code, "content_unreadable");
    assert.match(message, /the disk is broken\. Nothing was uploaded/);
  });

  describe("the status", () => {
    const key = (status: { text?: string | undefined }) => status.text?.split(".").at(-1);

    it("shows how far a file of the disk has come, and that it is there", async () => {
      await start({ content: "a.txt", contentType: "path" });
      await writeFile(join(disk.path, "a.txt"), "Hi");
      const statuses = flow.statuses("file");
      await pass({});
      assert.deepEqual(statuses.map(key), ["working", "uploading", "uploadingPercent", "uploaded"]);
    });

    it("shows the megabytes of a stream", async () => {
      await start();
      const statuses = flow.statuses("file");
      await pass({ payload: Readable.from(["Hi"]), filename: "a.txt" });
      assert.deepEqual(statuses.map(key), ["working", "uploading", "uploadingMegabytes", "uploaded"]);
    });

    it("shows that something failed", async () => {
      await start();
      const statuses = flow.statuses("file");
      flow.send("file", {});
      await caughtError(flow);
      assert.deepEqual(statuses.map(key), ["working", "failed"]);
    });
  });

  describe("content", () => {
    it("reads the file in msg.file into the payload", async () => {
      await start({ operation: "content" });
      const file = await give("a.txt", "Grüße");
      const msg = await pass({ file });
      assert.ok(Buffer.isBuffer(msg.payload));
      assert.equal(String(msg.payload), "Grüße");
      assert.deepEqual(msg["file"], file);
    });

    it("sends a file over its limit to Catch, and leaves the payload alone", async () => {
      await start({ operation: "content", maxSize: "0.001" });
      const [fits, over] = [await give("a", "x".repeat(1048)), await give("b", "x".repeat(1049))];
      assert.equal(String((await pass({ file: fits })).payload).length, 1048);
      flow.send("file", { file: over, payload: "kept" });
      const { code } = await caughtError(flow);
      assert.equal(code, "file_over_limit");
      assert.equal(flow.inbox("caught").arrived[0]?.payload, "kept");
    });
  });

  describe("list", () => {
    it("puts the newest files into the payload, no more than the limit", async () => {
      await start({ operation: "list", limit: "2" });
      const given = [await give("a", "1"), await give("b", "2"), await give("c", "3")];
      const msg = await pass({ file: "kept" });
      assert.deepEqual(msg.payload, given.toReversed().slice(0, 2));
      assert.equal(msg["file"], "kept");
    });

    it("lists the files of one purpose only, where one is chosen", async () => {
      await start({ operation: "list", listPurpose: "vision" });
      await give("a", "1");
      const file = { name: "b", content: Buffer.from("2") };
      const seen = await api.createFile({ file, purpose: "vision" });
      assert.deepEqual((await pass({})).payload, [seen]);
    });
  });

  it("retrieves a file by its ID", async () => {
    await start({ operation: "retrieve", file: "{{payload}}", fileType: "str" });
    const file = await give("a.txt", "Hi");
    assert.deepEqual((await pass({ payload: file.id }))["file"], file);
  });

  it("deletes a file", async () => {
    await start({ operation: "delete", file: "payload[0]" });
    const file = await give("a.txt", "Hi");
    const msg = await pass({ payload: [file] });
    assert.deepEqual(msg["file"], { id: file.id, object: "file", deleted: true });
    assert.deepEqual(await files(), []);
  });

  for (const operation of ["content", "retrieve", "delete"]) {
    it(`sends a message without a file, or with one that is gone, to Catch: ${operation}`, async () => {
      await start({ operation });
      flow.send("file", {});
      assert.equal((await caughtError(flow)).code, "file_missing");
      flow.send("file", { file: UNKNOWN });
      assert.equal((await caughtError(flow)).code, "file_not_found");
      assert.deepEqual(flow.inbox("out").arrived, []);
    });
  }
});

import assert from "node:assert/strict";
import type { Parameters } from "../../src/contract/api.ts";
import type { File } from "../../src/contract/objects.ts";
import { readContent } from "./library.ts";
import { assertNotFound, assertRejects, callUnchecked, errorOf } from "./rejections.ts";
import type { Subject } from "./subject.ts";

const HOUR = 3600;

/** Bytes of every value, more than go into one piece. */
const bytes = Buffer.from(Array.from({ length: 200_000 }, (_, index) => index % 256));

async function* inPieces(content: Uint8Array, size = 30_000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < content.length; at += size) yield content.subarray(at, at + size);
}

export function filesSuite(subject: Subject): void {
  const upload = (fields: Partial<Parameters<"createFile">> = {}): Promise<File> =>
    subject.api.createFile({
      purpose: "assistants",
      file: { name: "notes.txt", type: "text/plain", content: Buffer.from("Hello") },
      ...fields,
    });
  const named = (name: string) => upload({ file: { name, content: Buffer.from("Hello") } });

  it("makes a file of bytes", async () => {
    const before = Math.floor(Date.now() / 1000);
    const file = await upload();
    const { id, created_at } = file;
    assert.match(id, /^file-\w{24}$/);
    assert.ok(created_at >= before && created_at <= Date.now() / 1000);
    assert.deepEqual(file, {
      id,
      object: "file",
      bytes: 5,
      created_at,
      filename: "notes.txt",
      purpose: "assistants",
      status: "processed",
    });
    assert.deepEqual(await subject.api.getFile({ file_id: id }), file);
  });

  it("gives back the bytes that came at once", async () => {
    const { id } = await upload({ file: { name: "b", content: bytes } });
    assert.ok((await readContent(subject.api, id)).equals(bytes));
  });

  it("gives back the bytes that came in pieces", async () => {
    const file = await upload({ file: { name: "b", content: inPieces(bytes) } });
    assert.equal(file.bytes, bytes.length);
    assert.ok((await readContent(subject.api, file.id)).equals(bytes));
  });

  it("gives back a file without bytes", async () => {
    for (const content of [Buffer.alloc(0), inPieces(Buffer.alloc(0))]) {
      const file = await upload({ file: { name: "empty", content } });
      assert.deepEqual([file.bytes, (await readContent(subject.api, file.id)).length], [0, 0]);
    }
  });

  it("says with the bytes what they are", async () => {
    const name = 'Straße 50% "quoted" 안녕.html';
    const file = { name, type: "Text/HTML; charset=utf-8", content: Buffer.from("Hello") };
    const { id } = await upload({ file });
    const { content: _, range: __, ...described } = await subject.api.getFileContent({ file_id: id });
    assert.deepEqual(described, { type: "text/html", bytes: 5, name });
  });

  it("takes bytes of no known type", async () => {
    const { id } = await named("b");
    const { type } = await subject.api.getFileContent({ file_id: id });
    assert.equal(type, "application/octet-stream");
  });

  for (const [given, plain] of [
    ["../../etc/passwd", "passwd"],
    ["C:\\Users\\me\\notes.txt", "notes.txt"],
    ["/absolute", "absolute"],
    ['a;b="c"\'(*)%41%2.txt', 'a;b="c"\'(*)%41%2.txt'],
    ["\u202egpj.exe", "\u202egpj.exe"],
    ["x".repeat(255), "x".repeat(255)],
    [`${"d/".repeat(500)}x`, "x"],
  ] as const) {
    it(`names a file that comes as ${given.slice(0, 30)} without a path`, async () => {
      const { id, filename } = await named(given);
      assert.equal(filename, plain);
      assert.equal((await readContent(subject.api, id)).toString(), "Hello");
    });
  }

  for (const [name, reason] of [
    ["", "it names no file"],
    ["folder/", "it names no file"],
    ["..", "it names no file"],
    ["x".repeat(256), "it must not have more than 255 characters"],
    ["a\0b", "it must not hold control characters"],
    ['a"\r\ncontent-type: text/html\r\n\r\nb', "it must not hold control characters"],
    ["\ud800", "it must not hold control characters"],
  ] as const) {
    it(`refuses the name ${JSON.stringify(name).slice(0, 30)}`, async () => {
      await assertRejects(named(name), {
        code: "invalid_value",
        message: `Invalid value for 'file.name': ${reason}.`,
        param: "file.name",
        wireCode: "invalid_value",
      });
    });
  }

  it("refuses what is no media type", async () => {
    for (const type of ["text", "text/plain\r\nx: y", "text/ü"]) {
      const call = upload({ file: { name: "n", type, content: Buffer.from("") } });
      assert.equal((await errorOf(call)).param, "file.type");
    }
  });

  for (const [file, code, param] of [
    ["text", "invalid_type", "file"],
    [{}, "missing_required_parameter", "file.name"],
    [{ name: 1, content: Buffer.from("") }, "invalid_type", "file.name"],
    [{ name: "n" }, "missing_required_parameter", "file.content"],
    [{ name: "n", content: "text" }, "invalid_type", "file.content"],
    [{ name: "n", content: Buffer.from(""), path: "/etc/passwd" }, "unknown_parameter", "file.path"],
  ] as const) {
    it(`refuses ${JSON.stringify(file)} for a file`, async () => {
      const call = callUnchecked(subject.api, "createFile", { purpose: "vision", file });
      const error = await errorOf(call);
      assert.deepEqual([error.code, error.param], [code, param]);
    });
  }

  it("says so when the content cannot be read", async () => {
    async function* failing() {
      yield Buffer.from("Hello");
      throw new Error("the tape is torn.");
    }
    const before = await subject.api.listFiles({});
    const error = await errorOf(upload({ file: { name: "n", content: failing() } }));
    assert.equal(error.code, "content_unreadable");
    assert.match(error.message, /could not be read: the tape is torn\. Nothing was uploaded/);
    assert.deepEqual(await subject.api.listFiles({}), before);
  });

  it("gives an upload up when its signal says so, and lets go of its source", async () => {
    const aborter = new AbortController();
    const released = Promise.withResolvers<void>();
    async function* endless() {
      try {
        for (let count = 0; ; count += 1) {
          yield bytes;
          if (count === 5) aborter.abort();
        }
      } finally {
        released.resolve();
      }
    }
    const file = { name: "n", content: endless() };
    const before = await subject.api.listFiles({});
    const call = subject.api.createFile({ purpose: "vision", file }, { signal: aborter.signal });
    assert.equal((await errorOf(call)).code, "call_aborted");
    await released.promise;
    assert.deepEqual(await subject.api.listFiles({}), before);
  });

  it("gives an upload up whose source hangs", async () => {
    const aborter = new AbortController();
    async function* hanging() {
      yield bytes;
      aborter.abort();
      await new Promise(() => {});
    }
    const file = { name: "n", content: hanging() };
    const call = subject.api.createFile({ purpose: "vision", file }, { signal: aborter.signal });
    assert.equal((await errorOf(call)).code, "call_aborted");
  });

  it("gives a download up when its signal says so", async () => {
    const large = Buffer.alloc(20_000_000);
    const { id: file_id } = await upload({ file: { name: "n", content: large } });
    const aborter = new AbortController();
    const { content } = await subject.api.getFileContent({ file_id }, { signal: aborter.signal });
    let seen = 0;
    const reading = (async () => {
      for await (const piece of content) {
        seen += piece.length;
        aborter.abort();
      }
    })();
    assert.equal((await errorOf(reading)).code, "call_aborted");
    assert.ok(seen < large.length);
  });

  it("lets a reader stop in the middle", async () => {
    const { id } = await upload({ file: { name: "n", content: bytes } });
    const { content } = await subject.api.getFileContent({ file_id: id });
    for await (const piece of content) {
      assert.ok(piece.length > 0);
      break;
    }
    assert.ok((await readContent(subject.api, id)).equals(bytes));
  });

  it("lets a reader read on what is deleted under way", async () => {
    const { id: file_id } = await upload({ file: { name: "n", content: bytes } });
    const { content } = await subject.api.getFileContent({ file_id });
    const pieces: Uint8Array[] = [];
    for await (const piece of content) {
      if (pieces.push(piece) === 1) await subject.api.deleteFile({ file_id });
    }
    assert.ok(Buffer.concat(pieces).equals(bytes));
  });

  it("deletes a file and its bytes", async () => {
    const { id: file_id } = await upload();
    assert.deepEqual(await subject.api.deleteFile({ file_id }), {
      id: file_id,
      object: "file",
      deleted: true,
    });
    const message = `No file found with id '${file_id}'.`;
    await assertNotFound(subject.api.getFile({ file_id }), "file_not_found", message);
    await assertNotFound(subject.api.getFileContent({ file_id }), "file_not_found", message);
    await assertNotFound(subject.api.deleteFile({ file_id }), "file_not_found", message);
  });

  it("lists the files of one purpose, newest first, page by page", async () => {
    const first = await upload({ purpose: "batch" });
    await upload({ purpose: "vision" });
    const second = await upload({ purpose: "batch" });
    const all = await subject.api.listFiles({ purpose: "batch" });
    assert.deepEqual(all.data, [second, first]);
    assert.deepEqual([all.first_id, all.last_id, all.has_more], [second.id, first.id, false]);
    const page = await subject.api.listFiles({ purpose: "batch", limit: 1, order: "asc" });
    assert.deepEqual([page.data, page.has_more], [[first], true]);
    const next = await subject.api.listFiles({ purpose: "batch", order: "asc", after: first.id });
    assert.deepEqual([next.data, next.has_more], [[second], false]);
    assert.deepEqual((await subject.api.listFiles({ purpose: "no such purpose" })).data, []);
  });

  it("says when a file expires", async () => {
    const file = await upload({ expires_after: { anchor: "created_at", seconds: HOUR } });
    assert.equal(file.expires_at, file.created_at + HOUR);
    assert.deepEqual(await subject.api.getFile({ file_id: file.id }), file);
  });

  for (const purpose of ["assistants", "batch", "fine-tune", "vision", "user_data", "evals"] as const) {
    it(`takes a file for ${purpose}, and lists it there`, async () => {
      const file = await upload({ purpose });
      assert.equal(file.purpose, purpose);
      assert.deepEqual((await subject.api.listFiles({ purpose, limit: 1 })).data, [file]);
    });
  }
}

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import type { Parameters } from "../../src/contract/api.ts";
import { addParts, readContent } from "./library.ts";
import { assertNotFound, assertRejects, errorOf } from "./rejections.ts";
import type { Subject } from "./subject.ts";

const HOUR = 3600;

const md5Of = (text: string) => createHash("md5").update(text).digest("hex");

export function uploadsSuite(subject: Subject): void {
  const create = (fields: Partial<Parameters<"createUpload">> = {}) =>
    subject.api.createUpload({
      filename: "notes.txt",
      purpose: "assistants",
      bytes: 5,
      mime_type: "text/plain",
      ...fields,
    });

  /** A pending upload with these parts, added at once; their ids in the order of the texts. */
  async function scene(texts: string[], fields: Partial<Parameters<"createUpload">> = {}) {
    const { api } = subject;
    const { length: bytes } = Buffer.from(texts.join(""));
    const upload = await create({ bytes, ...fields });
    const part_ids = await addParts(api, upload.id, texts);
    return { api, upload, upload_id: upload.id, part_ids };
  }

  const refusal = (id: string, status: string) => ({
    code: "upload_not_pending",
    message: `Upload '${id}' takes nothing more: its status is ${status}. Create another one.`,
  });

  it("is pending for an hour", async () => {
    const upload = await create();
    const { id, created_at } = upload;
    assert.match(id, /^upload_\w{24}$/);
    assert.deepEqual(upload, {
      id,
      object: "upload",
      bytes: 5,
      created_at,
      expires_at: created_at + HOUR,
      filename: "notes.txt",
      purpose: "assistants",
      status: "pending",
    });
  });

  it("takes parts", async () => {
    const { id: upload_id } = await create();
    const part = await subject.api.addUploadPart({ upload_id, data: { content: Buffer.from("Hello") } });
    const { id, created_at } = part;
    assert.match(id, /^part_\w{24}$/);
    assert.deepEqual(part, { id, object: "upload.part", created_at, upload_id });
  });

  it("becomes a file like any other", async () => {
    const { api, upload, upload_id, part_ids } = await scene(["Hello, ", "", "world"]);
    const completed = await api.completeUpload({ upload_id, part_ids });
    const { file } = completed;
    assert.ok(file);
    const { id, created_at } = file;
    assert.match(id, /^file-\w{24}$/);
    assert.deepEqual(completed, { ...upload, status: "completed", file });
    assert.deepEqual(file, {
      id,
      object: "file",
      bytes: 12,
      created_at,
      filename: "notes.txt",
      purpose: "assistants",
      status: "processed",
    });
    assert.deepEqual(await api.getFile({ file_id: id }), file);
    assert.equal((await readContent(api, id)).toString(), "Hello, world");
    assert.equal((await api.getFileContent({ file_id: id })).type, "text/plain");
    assert.deepEqual((await api.listFiles({ limit: 1 })).data, [file]);
    await api.deleteFile({ file_id: id });
  });

  it("puts its parts together in the order in which they are named", async () => {
    const { api, upload_id, part_ids } = await scene(["c", "a", "b"]);
    const [c = "", a = "", b = ""] = part_ids;
    const { file } = await api.completeUpload({ upload_id, part_ids: [a, b, c] });
    assert.equal((await readContent(api, file?.id ?? "")).toString(), "abc");
  });

  it("leaves out a part that is not named", async () => {
    const { api, upload_id, part_ids } = await scene(["Hello", "twice"], { bytes: 5 });
    const { file } = await api.completeUpload({ upload_id, part_ids: part_ids.slice(0, 1) });
    assert.equal((await readContent(api, file?.id ?? "")).toString(), "Hello");
  });

  it("takes many parts at once", async () => {
    const texts = Array.from({ length: 60 }, (_, index) => `${index};`);
    const { api, upload_id, part_ids } = await scene(texts);
    const { file } = await api.completeUpload({ upload_id, part_ids });
    assert.equal((await readContent(api, file?.id ?? "")).toString(), texts.join(""));
  });

  it("may be of no bytes at all", async () => {
    const { api, upload_id } = await scene([]);
    const { file } = await api.completeUpload({ upload_id, part_ids: [] });
    assert.equal(file?.bytes, 0);
  });

  it("says how long its file is kept", async () => {
    const expires_after = { anchor: "created_at", seconds: 2 * HOUR } as const;
    const { api, upload_id, part_ids } = await scene(["Hello"], { expires_after });
    const { file } = await api.completeUpload({ upload_id, part_ids });
    assert.equal(file?.expires_at, (file?.created_at ?? 0) + 2 * HOUR);
  });

  it("names its file without a path, and its type without parameters", async () => {
    const fields = { filename: "../../etc/passwd", mime_type: "Text/HTML; charset=utf-8" };
    const { api, upload, upload_id, part_ids } = await scene(["Hello"], fields);
    assert.equal(upload.filename, "passwd");
    const { file } = await api.completeUpload({ upload_id, part_ids });
    const { name, type } = await api.getFileContent({ file_id: file?.id ?? "" });
    assert.deepEqual([name, type], ["passwd", "text/html"]);
  });

  for (const [param, value] of [
    ["filename", ""],
    ["filename", ".."],
    ["filename", "a\0b"],
    ["filename", "x".repeat(300)],
    ["mime_type", "text"],
    ["mime_type", "text/plain\r\nx: y"],
  ] as const) {
    it(`refuses ${JSON.stringify(value).slice(0, 30)} as ${param}`, async () => {
      const error = await errorOf(create({ [param]: value }));
      assert.deepEqual([error.code, error.param], ["invalid_value", param]);
    });
  }

  it("checks the MD5 of the whole where one is given", async () => {
    const { api, upload_id, part_ids } = await scene(["Hel", "lo"]);
    const wrong = md5Of("hello");
    await assertRejects(api.completeUpload({ upload_id, part_ids, md5: wrong }), {
      code: "upload_md5_mismatch",
      message: `The parts have the MD5 ${md5Of("Hello")} together, not ${wrong}.`,
    });
    const md5 = md5Of("Hello").toUpperCase();
    assert.equal((await api.completeUpload({ upload_id, part_ids, md5 })).status, "completed");
  });

  it("refuses parts of another size than was announced, and goes on", async () => {
    const { api, upload_id, part_ids } = await scene(["Hel", "lo"], { bytes: 6 });
    await assertRejects(api.completeUpload({ upload_id, part_ids }), {
      code: "upload_size_mismatch",
      message: "The parts hold 5 bytes, but the upload was created for 6.",
    });
    const more = await addParts(api, upload_id, ["!"]);
    const { file } = await api.completeUpload({ upload_id, part_ids: [...part_ids, ...more] });
    assert.equal(file?.bytes, 6);
  });

  it("does not find a part that is not its own", async () => {
    const other = await scene(["Hello"]);
    const { api, upload_id } = await scene(["Hello"]);
    for (const id of ["part_none", ...other.part_ids]) {
      const call = api.completeUpload({ upload_id, part_ids: [id] });
      await assertNotFound(call, "upload_part_not_found", `No part found with id '${id}' in this upload.`);
    }
  });

  it("is completed once, also by two at once", async () => {
    const { api, upload_id, part_ids } = await scene(["Hello"]);
    const complete = () => api.completeUpload({ upload_id, part_ids });
    const outcomes = await Promise.allSettled([complete(), complete()]);
    assert.deepEqual(outcomes.map(({ status }) => status).sort(), ["fulfilled", "rejected"]);
    await assertRejects(complete(), refusal(upload_id, "completed"));
    await assertRejects(api.cancelUpload({ upload_id }), refusal(upload_id, "completed"));
    const adding = api.addUploadPart({ upload_id, data: { content: Buffer.from("x") } });
    await assertRejects(adding, refusal(upload_id, "completed"));
  });

  it("is cancelled, and takes nothing more", async () => {
    const { api, upload, upload_id, part_ids } = await scene(["Hello"]);
    assert.deepEqual(await api.cancelUpload({ upload_id }), { ...upload, status: "cancelled" });
    await assertRejects(api.cancelUpload({ upload_id }), refusal(upload_id, "cancelled"));
    await assertRejects(api.completeUpload({ upload_id, part_ids }), refusal(upload_id, "cancelled"));
    const adding = api.addUploadPart({ upload_id, data: { content: Buffer.from("x") } });
    await assertRejects(adding, refusal(upload_id, "cancelled"));
  });

  it("takes a part of 64 MB, and none that is larger", async () => {
    const { api, upload_id } = await scene([]);
    async function* zeros(bytes: number) {
      for (let left = bytes; left > 0; left -= 1024 * 1024) {
        yield Buffer.alloc(Math.min(left, 1024 * 1024));
      }
    }
    const most = 64 * 1024 * 1024;
    await api.addUploadPart({ upload_id, data: { content: zeros(most) } });
    const error = await errorOf(api.addUploadPart({ upload_id, data: { content: zeros(most + 1) } }));
    assert.deepEqual([error.code, error.status], ["file_too_large", 413]);
    await api.cancelUpload({ upload_id });
  });
}

/** What happens while the parts of an upload are put together. */
import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { MAX_PARTS, MAX_UPLOAD_BYTES } from "../../../src/contract/file-to-upload.ts";
import { newUpload } from "../../../src/service/uploads/new-objects.ts";
import { checkRoom } from "../../../src/service/uploads/pending-upload.ts";
import { ScriptedModel } from "../../scripted-model.ts";
import { openRunning, type RunningService } from "../running-service.ts";
import { temporaryDirectory } from "../temporary-directory.ts";

const PART = 16 * 1024 * 1024;

describe("the completion of an upload", () => {
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
  let service: RunningService;
  before(async () => {
    directory = await temporaryDirectory();
    service = await openRunning(directory.path, new ScriptedModel());
  });
  after(async () => {
    await service.close();
    await directory[Symbol.asyncDispose]();
    assert.deepEqual(service.reported, []);
  });

  const onDisk = () => readdir(join(directory.path, "files"));

  async function scene() {
    const { api } = service;
    const fields = { filename: "x", purpose: "batch", mime_type: "text/plain", bytes: 4 * PART } as const;
    const { id: upload_id } = await api.createUpload(fields);
    const part_ids: string[] = [];
    for (let count = 0; count < 4; count += 1) {
      part_ids.push((await api.addUploadPart({ upload_id, data: { content: Buffer.alloc(PART) } })).id);
    }
    return { api, upload_id, part_ids };
  }

  const begun = async () => {
    while (!(await onDisk()).some((name) => /^file-.*\.incoming$/.test(name)));
  };

  it("ends with the upload when that is cancelled, and leaves nothing", async () => {
    const { api, upload_id, part_ids } = await scene();
    const completing = assert.rejects(api.completeUpload({ upload_id, part_ids }), {
      code: "upload_not_pending",
      message: `Upload '${upload_id}' takes nothing more: its status is cancelled. Create another one.`,
    });
    await begun();
    await api.cancelUpload({ upload_id });
    await completing;
    assert.deepEqual(await onDisk(), []);
    assert.deepEqual((await api.listFiles({})).data, []);
  });

  it("leaves the service as large as the file is, as its parts were before", async () => {
    const before = await service.size();
    const { api, upload_id, part_ids } = await scene();
    const room = 4 * PART;
    const isAbout = (size: number) =>
      assert.ok(Math.abs(size - before - room) < 1_000_000, String(size - before));
    isAbout(await service.size());
    const { file } = await api.completeUpload({ upload_id, part_ids });
    isAbout(await service.size());
    await api.deleteFile({ file_id: file?.id ?? "" });
  });

  it("may be given up, and asked for once more", async () => {
    const { api, upload_id, part_ids } = await scene();
    const aborter = new AbortController();
    const completing = api.completeUpload({ upload_id, part_ids }, { signal: aborter.signal });
    const givenUp = assert.rejects(completing, { code: "call_aborted" });
    await begun();
    aborter.abort();
    await givenUp;
    assert.deepEqual((await onDisk()).sort(), part_ids.toSorted());
    const { file } = await api.completeUpload({ upload_id, part_ids });
    assert.deepEqual(await onDisk(), [file?.id]);
    await api.deleteFile({ file_id: file?.id ?? "" });
  });

  it("does not hold up the event loop", async () => {
    const { api, upload_id, part_ids } = await scene();
    let turns = 0;
    const counting = setInterval(() => {
      turns += 1;
    });
    await api.completeUpload({ upload_id, part_ids, md5: "7f614da9329cd3aebf59b91aadc30bf0" });
    clearInterval(counting);
    // A piece that is read and written is one turn at least; all at once they would be a handful.
    assert.ok(turns > 50, `${turns} turns`);
  });
});

describe("an upload", () => {
  const object = newUpload({ filename: "x", purpose: "batch", bytes: 1 }, 1_760_000_000);
  const holding = (bytes: number, parts: number) =>
    ({ object, internal: { type: "text/plain", bytes, parts }, version: 1 }) as const;

  it("has room for 8 GB and 10000 parts, and no more", () => {
    checkRoom(holding(MAX_UPLOAD_BYTES - 5, MAX_PARTS - 1), 5);
    const full = { code: "upload_full", status: 413 };
    assert.throws(() => checkRoom(holding(MAX_UPLOAD_BYTES - 5, 1), 6), full);
    assert.throws(() => checkRoom(holding(5, MAX_PARTS), 0), full);
  });

  it("without room refuses a part before it is read", async () => {
    await using directory = await temporaryDirectory();
    await using service = await openRunning(directory.path, new ScriptedModel());
    const upload_id = "upload_none";
    async function* content() {
      yield assert.fail("the content was read");
    }
    const call = service.api.addUploadPart({ upload_id, data: { content: content() } });
    await assert.rejects(call, { code: "upload_not_found" });
  });
});

import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { caughtError } from "./caught-error.ts";
import { useUploadFileNode } from "./files/upload-file-node.ts";

const UNKNOWN = "file-000000000000000000000000";

describe("the upload file node", () => {
  const { running, start, pass, files, give } = useUploadFileNode();

  describe("the status", () => {
    const key = (status: { text?: string | undefined }) => status.text?.split(".").at(-1);

    it("shows how far a file of the disk has come, and that it is there", async () => {
      await start({ content: "a.txt", contentType: "path" });
      await writeFile(join(running.directory, "a.txt"), "Hi");
      const statuses = running.flow.statuses("file");
      await pass({});
      assert.deepEqual(statuses.map(key), ["working", "uploading", "uploadingPercent", "uploaded"]);
    });

    it("shows the megabytes of a stream", async () => {
      await start();
      const statuses = running.flow.statuses("file");
      await pass({ payload: Readable.from(["Hi"]), filename: "a.txt" });
      assert.deepEqual(statuses.map(key), ["working", "uploading", "uploadingMegabytes", "uploaded"]);
    });

    it("shows that something failed", async () => {
      await start();
      const statuses = running.flow.statuses("file");
      running.flow.send("file", {});
      await caughtError(running.flow);
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
      running.flow.send("file", { file: over, payload: "kept" });
      const { code } = await caughtError(running.flow);
      assert.equal(code, "file_over_limit");
      assert.equal(running.flow.inbox("caught").arrived[0]?.payload, "kept");
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
      const seen = await running.api.createFile({ file, purpose: "vision" });
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
      running.flow.send("file", {});
      assert.equal((await caughtError(running.flow)).code, "file_missing");
      running.flow.send("file", { file: UNKNOWN });
      assert.equal((await caughtError(running.flow)).code, "file_not_found");
      assert.deepEqual(running.flow.inbox("out").arrived, []);
    });
  }
});

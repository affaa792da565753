/** Uploads in parts with the official SDK. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { AzureOpenAI, BadRequestError, type OpenAI, toFile } from "openai";
import { watchMethods } from "./called-methods.ts";
import { type ServedSdk, serveSdk } from "./served-sdk.ts";

const BYTES = Buffer.from(Array.from({ length: 200_000 }, (_, index) => index % 251));

describe("the official SDK: uploads", () => {
  let sdk: ServedSdk;
  before(async () => {
    sdk = await serveSdk();
  });
  after(() => sdk[Symbol.asyncDispose]());

  /** A pending upload of the bytes, and its parts, which arrive all at once. */
  async function scene(client: OpenAI = sdk.client) {
    const upload = await client.uploads.create({
      filename: "bytes.bin",
      purpose: "assistants",
      bytes: BYTES.length,
      mime_type: "application/octet-stream",
    });
    const pieces = [0, 1, 2, 3].map((part) => BYTES.subarray(part * 50_000, (part + 1) * 50_000));
    const parts = await Promise.all(
      pieces.map(async (piece) =>
        client.uploads.parts.create(upload.id, { data: await toFile(piece, "a part") }),
      ),
    );
    return { upload, parts, part_ids: parts.map(({ id }) => id) };
  }

  it("creates an upload, adds parts and completes it; the file is like any other", async () => {
    const { uploads, files } = sdk.client;
    const { upload, parts, part_ids } = await scene();
    assert.deepEqual([upload.object, upload.status], ["upload", "pending"]);
    for (const part of parts) assert.deepEqual([part.object, part.upload_id], ["upload.part", upload.id]);
    const md5 = createHash("md5").update(BYTES).digest("hex");
    const completed = await uploads.complete(upload.id, { part_ids, md5 });
    assert.equal(completed.status, "completed");
    const file = await files.retrieve(completed.file?.id ?? "");
    assert.deepEqual(file, completed.file);
    const content = await files.content(file.id);
    assert.ok(Buffer.from(await content.arrayBuffer()).equals(BYTES));
  });

  it("cancels an upload", async () => {
    const { upload, part_ids } = await scene();
    const { uploads } = sdk.client;
    assert.equal((await uploads.cancel(upload.id)).status, "cancelled");
    await assert.rejects(uploads.complete(upload.id, { part_ids }), BadRequestError);
  });

  it("does the same with the class for Azure", async () => {
    const { apiKey, baseURL } = sdk;
    const endpoint = new URL(baseURL).origin;
    const azure = new AzureOpenAI({ apiKey, endpoint, apiVersion: "2024-05-01-preview", maxRetries: 0 });
    const { upload, part_ids } = await scene(azure);
    const { file } = await azure.uploads.complete(upload.id, { part_ids });
    assert.equal(file?.bytes, BYTES.length);
  });

  it("has no method that was left out", async () => {
    const { uploads } = sdk.client;
    const called = [watchMethods(uploads), watchMethods(uploads.parts)];
    const { upload, part_ids } = await scene();
    await uploads.complete(upload.id, { part_ids });
    await uploads.cancel((await scene()).upload.id);
    for (const methods of called) methods.assertAll();
  });
});

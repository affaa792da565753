/** Files with the official SDK. */
import assert from "node:assert/strict";
import { NotFoundError, toFile } from "openai";
import { type ServedSdk, serveSdk } from "./served-sdk.ts";

describe("the official SDK: files", () => {
  let sdk: ServedSdk;
  before(async () => {
    sdk = await serveSdk();
  });
  after(() => sdk[Symbol.asyncDispose]());

  const upload = async (name: string, purpose: "assistants" | "vision" = "assistants") =>
    sdk.client.files.create({ file: await toFile(Buffer.from(`Text of ${name}`), name), purpose });

  it("creates, retrieves, lists and deletes a file", async () => {
    const { files } = sdk.client;
    const created = await upload("notes.txt");
    assert.deepEqual([created.object, created.filename, created.bytes], ["file", "notes.txt", 17]);
    assert.deepEqual(await files.retrieve(created.id), created);
    assert.deepEqual((await files.list({ purpose: "assistants" })).data, [created]);
    const deleted = await files.delete(created.id);
    assert.deepEqual(deleted, { id: created.id, object: "file", deleted: true });
    await assert.rejects(files.retrieve(created.id), NotFoundError);
  });

  it("gives the content back", async () => {
    const { id } = await upload("notes.txt");
    const content = await sdk.client.files.content(id);
    assert.equal(await content.text(), "Text of notes.txt");
  });

  it("waits until a file has been processed", async () => {
    const { id } = await upload("notes.txt");
    const { status } = await sdk.client.files.waitForProcessing(id, { pollInterval: 5 });
    assert.equal(status, "processed");
  });

  it("takes the time after which a file expires", async () => {
    const file = await toFile(Buffer.from("Hello"), "short.txt");
    const expires_after = { anchor: "created_at" as const, seconds: 3600 };
    const created = await sdk.client.files.create({ file, purpose: "user_data", expires_after });
    assert.equal(created.expires_at, created.created_at + 3600);
  });

  it("leads through all files, in both orders", async () => {
    const made: string[] = [];
    for (let index = 0; index < 5; index += 1) made.push((await upload(`${index}.png`, "vision")).id);
    for (const order of ["asc", "desc"] as const) {
      const ids: string[] = [];
      const list = sdk.client.files.list({ purpose: "vision", limit: 2, order });
      for await (const { id } of list) ids.push(id);
      assert.deepEqual(ids, order === "asc" ? made : made.toReversed());
    }
  });
});

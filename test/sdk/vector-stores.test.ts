/** Vector stores, their files and file batches with the official SDK. */
import assert from "node:assert/strict";
import { NotFoundError, toFile } from "openai";
import { type CalledMethods, watchMethods } from "./called-methods.ts";
import { POLL, type ServedSdk, serveSdk } from "./served-sdk.ts";

const CODES = "The word 'apple' uses the code 442345, while the word 'banana' uses the code 673457.";

describe("the official SDK: vector stores", () => {
  let sdk: ServedSdk;
  const called: CalledMethods[] = [];
  before(async () => {
    sdk = await serveSdk();
    const { vectorStores } = sdk.client;
    for (const resource of [vectorStores, vectorStores.files, vectorStores.fileBatches]) {
      called.push(watchMethods(resource));
    }
  });
  after(() => sdk[Symbol.asyncDispose]());

  const textFile = (text: string, name = "codes.txt") => toFile(Buffer.from(text), name);
  const upload = async (text: string, name?: string) =>
    (await sdk.client.files.create({ file: await textFile(text, name), purpose: "assistants" })).id;
  const newStore = async () => (await sdk.client.vectorStores.create({})).id;

  it("creates, retrieves, updates, lists and deletes a vector store", async () => {
    const { vectorStores } = sdk.client;
    const created = await vectorStores.create({ name: "Codes", metadata: { a: "1" } });
    assert.equal(created.object, "vector_store");
    assert.deepEqual(await vectorStores.retrieve(created.id), created);
    const updated = await vectorStores.update(created.id, { name: "More codes" });
    assert.equal(updated.name, "More codes");
    const { data } = await vectorStores.list({ limit: 1 });
    assert.deepEqual(data, [updated]);
    const deleted = await vectorStores.delete(created.id);
    assert.deepEqual(deleted, { id: created.id, object: "vector_store.deleted", deleted: true });
    await assert.rejects(vectorStores.retrieve(created.id), NotFoundError);
  });

  it("leads through all vector stores", async () => {
    const made = [await newStore(), await newStore(), await newStore()];
    const ids: string[] = [];
    for await (const { id } of sdk.client.vectorStores.list({ limit: 2 })) ids.push(id);
    assert.deepEqual(ids.slice(0, 3), made.toReversed());
  });

  it("creates, polls, retrieves, updates, lists and deletes a file of a vector store", async () => {
    const { files } = sdk.client.vectorStores;
    const vector_store_id = await newStore();
    const created = await files.create(vector_store_id, { file_id: await upload(CODES) });
    assert.equal(created.object, "vector_store.file");
    const polled = await files.poll(vector_store_id, created.id, POLL);
    assert.deepEqual([polled.id, polled.status], [created.id, "completed"]);
    assert.deepEqual(await files.retrieve(created.id, { vector_store_id }), polled);
    const attributes = { year: 2026, kind: "codes", new: true };
    const updated = await files.update(created.id, { vector_store_id, attributes });
    assert.deepEqual(updated, { ...polled, attributes });
    assert.deepEqual((await files.list(vector_store_id, { filter: "completed" })).data, [updated]);
    const deleted = await files.delete(created.id, { vector_store_id });
    assert.deepEqual(deleted, { id: created.id, object: "vector_store.file.deleted", deleted: true });
    assert.deepEqual((await files.list(vector_store_id)).data, []);
  });

  it("reads the text of a file of a vector store", async () => {
    const { files } = sdk.client.vectorStores;
    const vector_store_id = await newStore();
    const { id } = await files.createAndPoll(vector_store_id, { file_id: await upload(CODES) }, POLL);
    const texts: (string | undefined)[] = [];
    for await (const { text } of files.content(id, { vector_store_id })) texts.push(text);
    assert.deepEqual(texts, [CODES]);
  });

  it("uploads a file into a vector store, and waits for it", async () => {
    const { files } = sdk.client.vectorStores;
    const vector_store_id = await newStore();
    const begun = await files.upload(vector_store_id, await textFile("One"));
    assert.equal(begun.vector_store_id, vector_store_id);
    const done = await files.uploadAndPoll(vector_store_id, await textFile("Two"), POLL);
    assert.equal(done.status, "completed");
    const { purpose } = await sdk.client.files.retrieve(done.id);
    assert.equal(purpose, "assistants");
  });

  it("polls as often as the service says, where nothing else is asked for", async () => {
    const { files } = sdk.client.vectorStores;
    const vector_store_id = await newStore();
    const began = performance.now();
    await files.uploadAndPoll(vector_store_id, await textFile(CODES));
    // The SDK's own pause is five seconds.
    assert.ok(performance.now() - began < 4000);
  });

  it("tells of a file that cannot be read", async () => {
    const { files } = sdk.client.vectorStores;
    const file = await toFile(Buffer.from([0, 1, 2, 250, 0]), "photo.txt");
    const { status, last_error } = await files.uploadAndPoll(await newStore(), file, POLL);
    assert.deepEqual([status, last_error?.code], ["failed", "unsupported_file"]);
  });

  it("creates, polls, retrieves and lists a file batch", async () => {
    const { fileBatches } = sdk.client.vectorStores;
    const vector_store_id = await newStore();
    const file_ids = [await upload("One"), await upload("Two"), await upload("Three")];
    const created = await fileBatches.create(vector_store_id, { file_ids });
    assert.equal(created.object, "vector_store.files_batch");
    const polled = await fileBatches.poll(vector_store_id, created.id, POLL);
    assert.deepEqual([polled.status, polled.file_counts.completed], ["completed", 3]);
    assert.deepEqual(await fileBatches.retrieve(created.id, { vector_store_id }), polled);
    const ids: string[] = [];
    const list = fileBatches.listFiles(created.id, { vector_store_id, limit: 2, order: "asc" });
    for await (const { id } of list) ids.push(id);
    assert.deepEqual(ids, file_ids);
  });

  it("cancels a file batch", async () => {
    const { fileBatches } = sdk.client.vectorStores;
    const vector_store_id = await newStore();
    const texts = Array.from({ length: 40 }, (_, index) => `Text ${index}`);
    const file_ids = await Promise.all(texts.map((text) => upload(text)));
    const { id } = await fileBatches.create(vector_store_id, { file_ids });
    const cancelled = await fileBatches.cancel(id, { vector_store_id });
    assert.equal(cancelled.status, "cancelled");
  });

  it("makes a file batch, of files that are there or are uploaded, and waits for it", async () => {
    const { fileBatches } = sdk.client.vectorStores;
    const vector_store_id = await newStore();
    const made = await fileBatches.createAndPoll(vector_store_id, { file_ids: [await upload("One")] }, POLL);
    assert.equal(made.status, "completed");
    const files = [await textFile("Two", "two.txt"), await textFile("Three", "three.txt")];
    const fileIds = [await upload("Four")];
    const uploaded = await fileBatches.uploadAndPoll(vector_store_id, { files, fileIds }, POLL);
    assert.deepEqual([uploaded.status, uploaded.file_counts.total], ["completed", 3]);
    assert.equal((await sdk.client.vectorStores.retrieve(vector_store_id)).file_counts.completed, 4);
  });

  it("searches, by words, attributes and with several queries", async () => {
    const { vectorStores } = sdk.client;
    const vector_store_id = await newStore();
    for (const [text, kind] of [
      [CODES, "codes"],
      ["An apple a day.", "saying"],
    ] as const) {
      const file_id = await upload(text, `${kind}.txt`);
      await vectorStores.files.createAndPoll(vector_store_id, { file_id, attributes: { kind } }, POLL);
    }
    const found: string[] = [];
    for await (const { filename, score, content } of vectorStores.search(vector_store_id, {
      query: ["apple", "banana"],
      max_num_results: 2,
      ranking_options: { score_threshold: 0 },
    })) {
      assert.ok(score > 0 && content[0]?.text.includes("apple"));
      found.push(filename);
    }
    assert.deepEqual(found.sort(), ["codes.txt", "saying.txt"]);
    const filters = { type: "eq" as const, key: "kind", value: "saying" };
    const { data } = await vectorStores.search(vector_store_id, { query: "apple", filters });
    assert.deepEqual(
      data.map(({ filename, attributes }) => [filename, attributes]),
      [["saying.txt", { kind: "saying" }]],
    );
  });

  // Stands last: it says of all before it that nothing was left out.
  it("has no method that was left out", () => {
    for (const methods of called) methods.assertAll();
  });
});

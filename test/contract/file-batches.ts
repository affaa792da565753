import assert from "node:assert/strict";
import { assertRefused, CODES, untilIndexed, uploadText } from "./library.ts";

import type { Subject } from "./subject.ts";

export function fileBatchesSuite(subject: Subject): void {
  async function scene(texts: string[]) {
    const { api } = subject;
    const { id: vector_store_id } = await api.createVectorStore({});
    const file_ids = await Promise.all(texts.map((text) => uploadText(api, text)));
    const batch = await api.createVectorStoreFileBatch({ vector_store_id, file_ids });
    return { api, vector_store_id, file_ids, batch, batch_id: batch.id };
  }

  it("adds many files at once", async () => {
    const { api, vector_store_id, batch, batch_id } = await scene([CODES, "Two", " "]);
    assert.match(batch_id, /^vsfb_\w{24}$/);
    assert.deepEqual([batch.object, batch.file_counts.total], ["vector_store.files_batch", 3]);
    await untilIndexed(api, vector_store_id);
    const { status, file_counts } = await api.getVectorStoreFileBatch({ vector_store_id, batch_id });
    assert.equal(status, "completed");
    assert.deepEqual(file_counts, { in_progress: 0, completed: 2, failed: 1, cancelled: 0, total: 3 });
  });

  it("lists its files alone", async () => {
    const { api, vector_store_id, file_ids, batch_id } = await scene(["One"]);
    await api.createVectorStoreFile({ vector_store_id, file_id: await uploadText(api, "Other") });
    const { data } = await api.listVectorStoreFileBatchFiles({ vector_store_id, batch_id });
    assert.deepEqual(
      data.map(({ id }) => id),
      file_ids,
    );
  });

  it("lists its files by their status, page by page", async () => {
    const { api, vector_store_id, file_ids, batch_id } = await scene(["One", "Two", " "]);
    await untilIndexed(api, vector_store_id);
    const list = { vector_store_id, batch_id, order: "asc" } as const;
    const first = await api.listVectorStoreFileBatchFiles({ ...list, limit: 1, filter: "completed" });
    assert.deepEqual([first.data.map(({ id }) => id), first.has_more], [[file_ids[0]], true]);
    const after = first.last_id ?? "";
    const second = await api.listVectorStoreFileBatchFiles({ ...list, filter: "completed", after });
    assert.deepEqual([second.data.map(({ id }) => id), second.has_more], [[file_ids[1]], false]);
    const failed = await api.listVectorStoreFileBatchFiles({ ...list, filter: "failed" });
    assert.deepEqual(
      failed.data.map(({ id }) => id),
      [file_ids[2]],
    );
  });

  it("takes each file with attributes of its own", async () => {
    const { api } = subject;
    const { id: vector_store_id } = await api.createVectorStore({});
    const file_id = await uploadText(api, CODES);
    await api.createVectorStoreFileBatch({ vector_store_id, files: [{ file_id, attributes: { a: true } }] });
    assert.deepEqual((await api.getVectorStoreFile({ vector_store_id, file_id })).attributes, { a: true });
  });

  it("is cancelled while files are in progress", async () => {
    const texts = Array.from({ length: 40 }, (_, index) => `Text ${index}`);
    const { api, vector_store_id, batch_id } = await scene(texts);
    const cancelled = await api.cancelVectorStoreFileBatch({ vector_store_id, batch_id });
    assert.equal(cancelled.status, "cancelled");
    const { file_counts } = await untilIndexed(api, vector_store_id);
    assert.ok(file_counts.cancelled > 0 && file_counts.in_progress === 0);
  });

  it("is not cancelled when it is done", async () => {
    const { api, vector_store_id, batch_id } = await scene(["One"]);
    await untilIndexed(api, vector_store_id);
    const cancelling = api.cancelVectorStoreFileBatch({ vector_store_id, batch_id });
    await assertRefused(cancelling, "file_batch_not_cancellable");
  });

  it("needs either ids or files", async () => {
    const { api } = subject;
    const { id: vector_store_id } = await api.createVectorStore({});
    await assertRefused(api.createVectorStoreFileBatch({ vector_store_id }), "invalid_value");
  });

  it("is another vector store's nowhere else", async () => {
    const { api, batch_id } = await scene(["One"]);
    const { id: vector_store_id } = await api.createVectorStore({});
    const getting = api.getVectorStoreFileBatch({ vector_store_id, batch_id });
    await assertRefused(getting, "vector_store_file_batch_not_found");
  });
}

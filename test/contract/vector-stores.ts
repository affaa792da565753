import assert from "node:assert/strict";
import { assertRefused, CODES, findTexts, storeOf, untilIndexed, uploadText } from "./library.ts";

import type { Subject } from "./subject.ts";

const NO_FILES = { in_progress: 0, completed: 0, failed: 0, cancelled: 0, total: 0 };
const DAY = 86_400;

export function vectorStoresSuite(subject: Subject): void {
  it("makes an empty vector store", async () => {
    const store = await subject.api.createVectorStore({ name: "Codes" });
    const { id, created_at } = store;
    assert.match(id, /^vs_\w{24}$/);
    assert.deepEqual(store, {
      id,
      object: "vector_store",
      created_at,
      name: "Codes",
      usage_bytes: 0,
      file_counts: NO_FILES,
      status: "completed",
      expires_at: null,
      last_active_at: created_at,
      metadata: {},
    });
    assert.deepEqual(await subject.api.getVectorStore({ vector_store_id: id }), store);
  });

  it("is in progress until its files are indexed, and counts them", async () => {
    const { api } = subject;
    const file_ids = [await uploadText(api, CODES), await uploadText(api, "Nothing else.")];
    const made = await api.createVectorStore({ file_ids });
    assert.equal(made.file_counts.total, 2);
    const store = await untilIndexed(api, made.id);
    assert.deepEqual(store.file_counts, { ...NO_FILES, completed: 2, total: 2 });
    assert.equal(store.usage_bytes, CODES.length + "Nothing else.".length);
  });

  it("refuses a file that is not there, and makes nothing", async () => {
    const { api } = subject;
    const before = (await api.listVectorStores({ limit: 100 })).data.length;
    await assertRefused(api.createVectorStore({ file_ids: ["file-none"] }), "file_not_found");
    assert.equal((await api.listVectorStores({ limit: 100 })).data.length, before);
  });

  it("expires so many days after it was last active", async () => {
    const expires_after = { anchor: "last_active_at", days: 3 } as const;
    const { api } = subject;
    const { id, created_at, expires_at } = await api.createVectorStore({ expires_after });
    assert.equal(expires_at, created_at + 3 * DAY);
    const kept = await api.updateVectorStore({ vector_store_id: id, expires_after: null });
    assert.deepEqual([kept.expires_after, kept.expires_at], [undefined, null]);
  });

  it("changes its name and metadata", async () => {
    const { api } = subject;
    const { id } = await api.createVectorStore({ name: "A", metadata: { a: "1" } });
    await api.updateVectorStore({ vector_store_id: id, name: "B", metadata: { b: "2" } });
    const { name, metadata } = await api.getVectorStore({ vector_store_id: id });
    assert.deepEqual({ name, metadata }, { name: "B", metadata: { b: "2" } });
  });

  it("is listed, newest first", async () => {
    const { api } = subject;
    const first = await api.createVectorStore({});
    const second = await api.createVectorStore({});
    const { data } = await api.listVectorStores({ limit: 2 });
    assert.deepEqual(
      data.map(({ id }) => id),
      [second.id, first.id],
    );
  });

  it("goes without its files", async () => {
    const { api } = subject;
    const file_id = await uploadText(api, CODES);
    const { id } = await api.createVectorStore({ file_ids: [file_id] });
    const answer = await api.deleteVectorStore({ vector_store_id: id });
    assert.deepEqual(answer, { id, object: "vector_store.deleted", deleted: true });
    await assertRefused(api.getVectorStore({ vector_store_id: id }), "vector_store_not_found");
    await assertRefused(api.searchVectorStore({ vector_store_id: id, query: "a" }), "vector_store_not_found");
    assert.equal((await api.getFile({ file_id })).id, file_id);
  });

  it("loses a file that is deleted, at once", async () => {
    const { api } = subject;
    const file_id = await uploadText(api, CODES);
    const { id } = await api.createVectorStore({ file_ids: [file_id] });
    await untilIndexed(api, id);
    assert.equal((await findTexts(api, id, "apple")).length, 1);
    await api.deleteFile({ file_id });
    assert.deepEqual(await findTexts(api, id, "apple"), []);
    assert.deepEqual((await api.getVectorStore({ vector_store_id: id })).file_counts, NO_FILES);
  });

  it("is gone when it is deleted while its files are indexed, and the files stay", async () => {
    const { api } = subject;
    const long = Array.from({ length: 20_000 }, (_, index) => `word${index}`).join(" ");
    const file_ids = await Promise.all(
      Array.from({ length: 10 }, (_, index) => uploadText(api, long, `long-${index}.txt`)),
    );
    const { id: vector_store_id, status } = await api.createVectorStore({ file_ids });
    assert.equal(status, "in_progress");
    await api.deleteVectorStore({ vector_store_id });
    await assertRefused(api.getVectorStore({ vector_store_id }), "vector_store_not_found");
    const searching = api.searchVectorStore({ vector_store_id, query: "word7" });
    await assertRefused(searching, "vector_store_not_found");
    assert.equal((await api.getFile({ file_id: file_ids[9] ?? "" })).status, "processed");
    // What comes behind it is indexed and found, and nothing else is.
    const { id } = await storeOf(api, [CODES]);
    assert.deepEqual(await findTexts(api, id, ["word7", "apple"]), [CODES]);
  });

  it("leads through all vector stores once, also past one that is deleted", async () => {
    const { api } = subject;
    const made: string[] = [];
    for (let count = 0; count < 5; count += 1) made.push((await api.createVectorStore({})).id);
    const seen: string[] = [];
    for (let before: string | undefined; seen.length < 5; ) {
      const page = await api.listVectorStores({ limit: 2, ...(before ? { after: before } : {}) });
      seen.push(...page.data.map(({ id }) => id));
      before = page.last_id ?? "";
      await api.deleteVectorStore({ vector_store_id: before });
    }
    assert.deepEqual(seen.slice(0, 5), made.toReversed());
  });

  it("refuses an overlap of more than half a chunk", async () => {
    const { api } = subject;
    const chunking = { max_chunk_size_tokens: 100, chunk_overlap_tokens: 51 };
    const file_ids = [await uploadText(api, CODES)];
    const chunking_strategy = { type: "static" as const, static: chunking };
    await assertRefused(api.createVectorStore({ file_ids, chunking_strategy }), "invalid_value");
  });

  it("cuts files as it is told", async () => {
    const { api } = subject;
    const chunking_strategy = {
      type: "static" as const,
      static: { max_chunk_size_tokens: 100, chunk_overlap_tokens: 0 },
    };
    const words = Array.from({ length: 400 }, (_, index) => `word${index}`).join(" ");
    const { id } = await storeOf(api, [words], { chunking_strategy });
    const [text = ""] = await findTexts(api, id, "word399", { max_num_results: 1 });
    assert.ok(text.length <= 400 && text.endsWith("word399"), text);
  });
}

import assert from "node:assert/strict";
import { assertRefused, CODES, findTexts, storeOf, untilIndexed, uploadText } from "./library.ts";
import { errorOf } from "./rejections.ts";

import type { Subject } from "./subject.ts";

const AUTO = { type: "static", static: { max_chunk_size_tokens: 800, chunk_overlap_tokens: 400 } };

export function vectorStoreFilesSuite(subject: Subject): void {
  /** A vector store with one file. */
  async function scene(content: string | Uint8Array = CODES, name?: string) {
    const { api } = subject;
    const { id: vector_store_id } = await api.createVectorStore({});
    const file_id = await uploadText(api, content, name);
    const added = await api.createVectorStoreFile({ vector_store_id, file_id });
    await untilIndexed(api, vector_store_id);
    return { api, vector_store_id, file_id, added };
  }

  it("adds a file, which is in progress and then completed", async () => {
    const { api, vector_store_id, file_id, added } = await scene();
    const { created_at } = added;
    const file = { id: file_id, object: "vector_store.file", created_at, vector_store_id };
    const rest = { last_error: null, chunking_strategy: AUTO, attributes: {} };
    assert.deepEqual(
      { ...added, status: "any", usage_bytes: 0 },
      { ...file, ...rest, status: "any", usage_bytes: 0 },
    );
    assert.deepEqual(await api.getVectorStoreFile({ vector_store_id, file_id }), {
      ...file,
      ...rest,
      usage_bytes: CODES.length,
      status: "completed",
    });
  });

  it("fails a file that is no text though its name says so", async () => {
    const { api, vector_store_id, file_id } = await scene(
      Buffer.from([0, 1, 2, 3, 250, 0, 255, 7]),
      "photo.txt",
    );
    const { status, last_error } = await api.getVectorStoreFile({ vector_store_id, file_id });
    assert.deepEqual([status, last_error?.code], ["failed", "unsupported_file"]);
    assert.match(last_error?.message ?? "", /not text/);
  });

  it("fails a file of a kind that it cannot read", async () => {
    const { api, vector_store_id, file_id } = await scene("RIFF", "music.wav");
    const { status, last_error } = await api.getVectorStoreFile({ vector_store_id, file_id });
    assert.deepEqual([status, last_error?.code], ["failed", "unsupported_file"]);
  });

  it("fails a file without text", async () => {
    const { api, vector_store_id, file_id } = await scene(" \n ");
    const { last_error } = await api.getVectorStoreFile({ vector_store_id, file_id });
    assert.equal(last_error?.code, "invalid_file");
  });

  it("lists the files of a status, page by page", async () => {
    const { api } = subject;
    const { id: vector_store_id } = await storeOf(api, ["one", "two", " "]);
    const list = { vector_store_id, order: "asc", limit: 1 } as const;
    const first = await api.listVectorStoreFiles({ ...list, filter: "completed" });
    assert.deepEqual([first.data.length, first.has_more], [1, true]);
    const after = first.data[0]?.id ?? "";
    const second = await api.listVectorStoreFiles({ ...list, filter: "completed", after });
    assert.deepEqual([second.data.length, second.has_more], [1, false]);
    assert.notEqual(second.data[0]?.id, after);
    const failed = await api.listVectorStoreFiles({ vector_store_id, filter: "failed" });
    assert.equal(failed.data.length, 1);
  });

  it("lists what is behind a file of another status, or one that was deleted", async () => {
    const { api } = subject;
    const { id: vector_store_id } = await api.createVectorStore({});
    const file_ids = [];
    for (const text of ["one", " ", "two"]) {
      const file_id = await uploadText(api, text);
      await api.createVectorStoreFile({ vector_store_id, file_id });
      file_ids.push(file_id);
    }
    await untilIndexed(api, vector_store_id);
    const [first = "", failed = "", last = ""] = file_ids;
    const list = { vector_store_id, order: "asc", filter: "completed" } as const;
    const behind = async (after: string) =>
      (await api.listVectorStoreFiles({ ...list, after })).data.map(({ id }) => id);
    assert.deepEqual(await behind(failed), [last]);
    await api.deleteFile({ file_id: first });
    assert.deepEqual(await behind(first), [last]);
  });

  it("names the cursor that is in no list of files as it was given", async () => {
    const { api, vector_store_id } = await scene();
    const { message } = await errorOf(api.listVectorStoreFiles({ vector_store_id, after: "file-none" }));
    assert.equal(message, "Invalid 'after': 'file-none' is not in this list.");
  });

  it("answers with the text, whole and nothing twice", async () => {
    const text = Array.from({ length: 3000 }, (_, index) => `Sentence ${index} says so.`).join(" ");
    const { api, vector_store_id, file_id } = await scene(text);
    const { data, has_more } = await api.getVectorStoreFileContent({ vector_store_id, file_id });
    assert.ok(data.length > 1 && !has_more);
    assert.equal(
      data
        .map((piece) => piece.text)
        .join("")
        .replace(/\s/g, ""),
      text.replace(/\s/g, ""),
    );
  });

  it("takes a file out and leaves the file itself", async () => {
    const { api, vector_store_id, file_id } = await scene();
    const answer = await api.deleteVectorStoreFile({ vector_store_id, file_id });
    assert.deepEqual(answer, { id: file_id, object: "vector_store.file.deleted", deleted: true });
    assert.deepEqual(await findTexts(api, vector_store_id, "apple"), []);
    await assertRefused(api.getVectorStoreFile({ vector_store_id, file_id }), "vector_store_file_not_found");
    assert.equal((await api.getFile({ file_id })).id, file_id);
  });

  it("finds a file once that is added again", async () => {
    const { api, vector_store_id, file_id } = await scene();
    await api.createVectorStoreFile({ vector_store_id, file_id });
    const { file_counts } = await untilIndexed(api, vector_store_id);
    assert.equal(file_counts.total, 1);
    assert.deepEqual(await findTexts(api, vector_store_id, "apple"), [CODES]);
  });

  it("changes attributes, and searches by them", async () => {
    const { api, vector_store_id, file_id } = await scene();
    const attributes = { year: 2026, kind: "codes" };
    const changed = await api.updateVectorStoreFile({ vector_store_id, file_id, attributes });
    assert.deepEqual(changed.attributes, attributes);
    const filters = { type: "gt", key: "year", value: 2025 } as const;
    assert.equal((await findTexts(api, vector_store_id, "apple", { filters })).length, 1);
    const others = { type: "eq", key: "kind", value: "else" } as const;
    assert.deepEqual(await findTexts(api, vector_store_id, "apple", { filters: others }), []);
  });

  it("refuses a file that is not there", async () => {
    const { api, vector_store_id } = await scene();
    const adding = api.createVectorStoreFile({ vector_store_id, file_id: "file-none" });
    await assertRefused(adding, "file_not_found");
  });

  it("has no content of a file that failed", async () => {
    const { api, vector_store_id, file_id } = await scene(" ");
    const reading = api.getVectorStoreFileContent({ vector_store_id, file_id });
    await assertRefused(reading, "vector_store_file_not_ready");
  });
}

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { findTexts, untilIndexed, uploadText } from "./library.ts";
import type { Subject } from "./subject.ts";

const DOCUMENTS = join(import.meta.dirname, "..", "retrieval", "documents");

/** A question of each document that it alone answers, and what stands in the chunk that is found. */
const QUESTIONS: [name: string, query: string, answer: string][] = [
  ["manual.docx", "seal ring", "Seal ring | 7731-B"],
  ["manual.docx", "펌프의 압력", "삼 바를 넘지"],
  ["manual.pdf", "banana", "673457"],
  ["manual.pdf", "水温", "六十度以下"],
  ["slides.pptx", "gate code", "8842"],
  ["prices.xlsx", "パッキン", "パッキン | 40"],
];

export function vectorStoreDocumentsSuite(subject: Subject): void {
  for (const [name, query, answer] of QUESTIONS) {
    it(`finds "${query}" in ${name}`, async () => {
      const { api } = subject;
      const { id } = await api.createVectorStore({
        file_ids: [await uploadText(api, await readFile(join(DOCUMENTS, name)), name)],
      });
      await untilIndexed(api, id);
      const [best] = await findTexts(api, id, query);
      assert.ok(best?.includes(answer), best);
    });
  }

  it("fails documents that it cannot read, and reads the others", async () => {
    const { api } = subject;
    const names = ["locked.pdf", "old.doc", "locked.docx", "manual.docx"];
    const file_ids = await Promise.all(
      names.map(async (name) => uploadText(api, await readFile(join(DOCUMENTS, name)), name)),
    );
    const { id: vector_store_id } = await api.createVectorStore({ file_ids });
    await untilIndexed(api, vector_store_id);
    const read = file_ids.map((file_id) => api.getVectorStoreFile({ vector_store_id, file_id }));
    assert.deepEqual(
      (await Promise.all(read)).map(({ status, last_error }) => last_error?.code ?? status),
      ["invalid_file", "unsupported_file", "invalid_file", "completed"],
    );
  });
}

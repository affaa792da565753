/** The question of the documents that the project started from, answered offline. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createRehearsal } from "../../src/models/rehearsal/rehearsal.ts";
import { CODES, uploadText } from "../contract/library.ts";
import { freshService, untilRunIs } from "./running-service.ts";

const DOCUMENTS = join(import.meta.dirname, "..", "retrieval", "documents");

describe("a question about a file, asked of the rehearsal model", () => {
  for (const { name, text } of [
    { name: "codes.txt", text: CODES },
    { name: "manual.docx", text: "442345" },
    { name: "manual.pdf", text: "442345" },
  ]) {
    it(`is answered with the chunk of ${name} that says it, and cites the file`, async () => {
      await using service = await freshService(createRehearsal({ pace: 0 }));
      const { api } = service;
      const bytes = name === "codes.txt" ? CODES : await readFile(join(DOCUMENTS, name));
      const file_id = await uploadText(api, bytes, name);
      const assistant = await api.createAssistant({ model: "rehearsal", tools: [{ type: "file_search" }] });
      const attachments = [{ file_id, tools: [{ type: "file_search" as const }] }];
      const content = "Which code does the word apple use?";
      const run = await api.createThreadAndRun({
        assistant_id: assistant.id,
        thread: { messages: [{ role: "user", content, attachments }] },
      });
      await untilRunIs(api, run, "completed");
      const { data } = await api.listMessages({ thread_id: run.thread_id, run_id: run.id });
      const [part] = data[0]?.content ?? [];
      assert.ok(part?.type === "text");
      const { value, annotations } = part.text;
      assert.ok(value.includes(text), value);
      const [citation] = annotations;
      assert.ok(citation?.type === "file_citation");
      assert.equal(citation.file_citation.file_id, file_id);
      assert.equal(value.slice(citation.start_index, citation.end_index), citation.text);
    });
  }

  it("searches nothing for a greeting", async () => {
    await using service = await freshService(createRehearsal({ pace: 0 }));
    const { api } = service;
    const assistant = await api.createAssistant({ model: "rehearsal", tools: [{ type: "file_search" }] });
    const run = await api.createThreadAndRun({
      assistant_id: assistant.id,
      thread: { messages: [{ role: "user", content: "What is it?" }] },
    });
    await untilRunIs(api, run, "completed");
    const { data } = await api.listRunSteps({ thread_id: run.thread_id, run_id: run.id });
    assert.deepEqual(
      data.map(({ type }) => type),
      ["message_creation"],
    );
  });
});

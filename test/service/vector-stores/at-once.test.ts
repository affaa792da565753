/** Requests about vector stores that come at the same time. */
import assert from "node:assert/strict";
import { CODES, untilIndexed, uploadText } from "../../contract/library.ts";
import { ScriptedModel, says } from "../../scripted-model.ts";
import { freshService } from "../running-service.ts";

const TOOLS = [{ type: "file_search" as const }];

describe("requests about one vector store at the same time", () => {
  it("may add the same file", async () => {
    await using service = await freshService(new ScriptedModel());
    const { api } = service;
    const { id: vector_store_id } = await api.createVectorStore({});
    const file_id = await uploadText(api, CODES);
    const file = { vector_store_id, file_id };
    const batch = { vector_store_id, file_ids: [file_id] };
    await Promise.all([
      ...Array.from({ length: 4 }, () => api.createVectorStoreFile(file)),
      ...Array.from({ length: 4 }, () => api.createVectorStoreFileBatch(batch)),
    ]);
    const { file_counts } = await untilIndexed(api, vector_store_id);
    assert.deepEqual([file_counts.completed, file_counts.total], [1, 1]);
  });

  it("may make threads that share it and bring files along", async () => {
    await using service = await freshService(new ScriptedModel(says("Hello")));
    const { api } = service;
    const assistant = await api.createAssistant({ model: "scripted" });
    const { id: vector_store_id } = await api.createVectorStore({});
    const tool_resources = { file_search: { vector_store_ids: [vector_store_id] } };
    const thread = async () => {
      const attachments = [{ file_id: await uploadText(api, CODES), tools: TOOLS }];
      return { tool_resources, messages: [{ role: "user" as const, content: "Hello", attachments }] };
    };
    const threads = await Promise.all(Array.from({ length: 6 }, thread));
    await Promise.all([
      ...threads.slice(0, 3).map((one) => api.createThread(one)),
      ...threads.slice(3).map((one) => api.createThreadAndRun({ assistant_id: assistant.id, thread: one })),
    ]);
    assert.equal((await untilIndexed(api, vector_store_id)).file_counts.completed, 6);
  });

  it("may cancel a large batch while its files are indexed", async () => {
    await using service = await freshService(new ScriptedModel());
    const { api } = service;
    const { id: vector_store_id } = await api.createVectorStore({});
    const names = Array.from({ length: 1200 }, (_, index) => `Text ${index}`);
    const file_ids: string[] = [];
    for (let at = 0; at < names.length; at += 100) {
      file_ids.push(...(await Promise.all(names.slice(at, at + 100).map((text) => uploadText(api, text)))));
    }
    const { id: batch_id } = await api.createVectorStoreFileBatch({ vector_store_id, file_ids });
    const batch = { vector_store_id, batch_id };
    while ((await api.getVectorStoreFileBatch(batch)).file_counts.completed === 0);
    const { status, file_counts } = await api.cancelVectorStoreFileBatch(batch);
    assert.deepEqual([status, file_counts.in_progress], ["cancelled", 0]);
    assert.ok(file_counts.cancelled > 0);
    await untilIndexed(api, vector_store_id);
    assert.deepEqual((await api.getVectorStoreFileBatch(batch)).file_counts, file_counts);
  });

  it("may give a thread's new vector store the same file twice", async () => {
    await using service = await freshService(new ScriptedModel());
    const { api } = service;
    const file_id = await uploadText(api, CODES);
    const { tool_resources } = await api.createThread({
      tool_resources: { file_search: { vector_stores: [{ file_ids: [file_id] }] } },
      messages: [{ role: "user", content: "Hello", attachments: [{ file_id, tools: TOOLS }] }],
    });
    const [id = ""] = tool_resources?.file_search?.vector_store_ids ?? [];
    assert.equal((await untilIndexed(api, id)).file_counts.completed, 1);
  });
});

/** What a start makes of vector stores that an earlier process has left. */
import assert from "node:assert/strict";
import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Change, Store } from "../../../src/service/store/store.ts";
import { IndexInStep } from "../../../src/service/vector-stores/index-in-step.ts";
import { alive, newBatch, newVectorStore } from "../../../src/service/vector-stores/new-objects.ts";
import { takeUpFiles } from "../../../src/service/vector-stores/take-up.ts";
import { CODES, findTexts, storeOf, untilIndexed, uploadText } from "../../contract/library.ts";
import { calls, hangs, ScriptedModel, says } from "../../scripted-model.ts";
import { openRunning, untilRunEnds } from "../running-service.ts";
import { MADE_AT } from "../sample-objects.ts";
import { openStore } from "../store/open-store.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { leaveStore } from "./left-store.ts";
import { EMPTY_INDEX, filesOf } from "./stored-files.ts";

describe("a start with vector stores", () => {
  it("indexes what was in progress", async () => {
    await using directory = await temporaryDirectory();
    const before = await openRunning(directory.path, new ScriptedModel());
    const file_ids = await Promise.all(Array.from({ length: 30 }, () => uploadText(before.api, CODES)));
    const { id } = await before.api.createVectorStore({ file_ids });
    await before.close();
    await using after = await openRunning(directory.path, new ScriptedModel());
    const { file_counts } = await untilIndexed(after.api, id);
    assert.equal(file_counts.completed, 30);
    assert.deepEqual(after.reported, []);
  });

  it("has a run wait for its thread's files that were in progress", async () => {
    await using directory = await temporaryDirectory();
    const { script, started } = hangs();
    const before = await openRunning(directory.path, new ScriptedModel(script));
    const { api } = before;
    const tools = [{ type: "file_search" as const }];
    const { id: assistant_id } = await api.createAssistant({ model: "scripted", tools });
    const { thread_id, id: run_id } = await api.createThreadAndRun({ assistant_id, thread: {} });
    await started;
    const texts = Array.from({ length: 40 }, (_, index) => `The fruit number ${index} is an apple.`);
    const file_ids = await Promise.all(texts.map((text) => uploadText(api, text)));
    const { id } = await api.createVectorStore({ file_ids });
    await api.updateThread({ thread_id, tool_resources: { file_search: { vector_store_ids: [id] } } });
    await before.close();
    const searching = calls({ name: "file_search", arguments: JSON.stringify({ queries: ["number 39"] }) });
    const model = new ScriptedModel(searching, says("Done"));
    await using after = await openRunning(directory.path, model);
    await untilRunEnds(after.api, { id: run_id, thread_id });
    assert.match(JSON.stringify(model.requests[1]), /number 39 is an apple/);
  });

  it("cancels what was left of a batch that was being cancelled", async () => {
    await using open = await openStore();
    const { ids, changes } = filesOf("vs", 4);
    const batches = ["cancelled", "kept"].map((id): Change => {
      const object = { ...newBatch("vs", MADE_AT), id };
      return { insert: "vector_store_file_batch", object, internal: { cancelled: id === "cancelled" } };
    });
    const ofBatches = changes.map((change, index): Change => {
      if (!("insert" in change) || change.insert !== "vector_store_file") return change;
      return { ...change, object: { ...change.object, batch_id: index % 4 === 1 ? "cancelled" : "kept" } };
    });
    await open.store.commit([...batches, ...ofBatches]);
    const queued: string[] = [];
    const indexer = { enqueue: (some: readonly string[]) => queued.push(...some) };
    await takeUpFiles(open.store, indexer);
    assert.deepEqual(queued, [ids[1], ids[3]]);
    const compared = Promise.withResolvers<void>();
    const entries = async () => {
      compared.resolve();
      return [];
    };
    const index = { ...EMPTY_INDEX, entries };
    const inStep = new IndexInStep({
      store: open.store,
      index,
      indexer,
      now: () => MADE_AT,
      onError: assert.fail,
    });
    inStep.begin();
    await compared.promise;
    await inStep.close();
    const files = await open.store.list("vector_store_file", { limit: 10, order: "asc" });
    assert.deepEqual(
      files.map(({ object }) => object.status),
      ["cancelled", "in_progress", "cancelled", "in_progress"],
    );
  });

  it("needs no room on the disk, whatever was left", async () => {
    await using open = await openStore();
    const { changes } = filesOf("vs", 1);
    const batch = newBatch("vs", MADE_AT);
    const [file, ofBatch] = changes;
    assert.ok(file && ofBatch && "insert" in ofBatch && ofBatch.insert === "vector_store_file");
    await open.store.commit([
      { insert: "vector_store_file_batch", object: batch, internal: { cancelled: true } },
      file,
      { ...ofBatch, object: { ...ofBatch.object, batch_id: batch.id } },
    ]);
    const full: Store = {
      get: (kind, id) => open.store.get(kind, id),
      list: (kind, query) => open.store.list(kind, query),
      tally: (kind, where, column) => open.store.tally(kind, where, column),
      commit: () => assert.fail("nothing may be written"),
      close: () => open.store.close(),
    };
    await takeUpFiles(full, { enqueue: (ids) => assert.deepEqual(ids, []) });
  });

  it("reads the files again when the index was lost", async () => {
    await using directory = await temporaryDirectory();
    const { id } = await leaveStore(directory.path, [CODES]);
    for (const name of await readdir(directory.path)) {
      if (name.startsWith("search.db")) await rm(join(directory.path, name));
    }
    await using after = await openRunning(directory.path, new ScriptedModel());
    const found = async () => (await findTexts(after.api, id, "apple")).length > 0;
    for (let tries = 0; !(await found()) && tries < 500; tries += 1) await untilIndexed(after.api, id);
    assert.deepEqual(await findTexts(after.api, id, "apple"), [CODES]);
  });

  it("keeps what was indexed", async () => {
    await using directory = await temporaryDirectory();
    const { id } = await leaveStore(directory.path, [CODES]);
    await using after = await openRunning(directory.path, new ScriptedModel());
    assert.deepEqual(await findTexts(after.api, id, "apple"), [CODES]);
  });

  it("counts the index to what the data takes", async () => {
    await using directory = await temporaryDirectory();
    await using service = await openRunning(directory.path, new ScriptedModel());
    const empty = await service.size();
    await storeOf(service.api, [CODES]);
    const { size } = await stat(join(directory.path, "search.db"));
    assert.ok(size > 0 && (await service.size()) >= empty + size + CODES.length);
  });

  it("goes on where a vector store is deleted whose files are just looked at", async () => {
    await using open = await openStore();
    const large = newVectorStore({}, MADE_AT);
    const insert: Change = { insert: "vector_store", object: large, internal: alive(large) };
    const [gone, kept] = [filesOf(large.id, 501), filesOf("vs_small", 1)];
    await open.store.commit([insert, ...gone.changes, ...kept.changes]);
    const deleting: Store = {
      get: (kind, id) => open.store.get(kind, id),
      async list(kind, query) {
        const page = await open.store.list(kind, query);
        if (page.length === 500) await open.store.commit([{ delete: "vector_store", id: large.id }]);
        return page;
      },
      tally: (kind, where, column) => open.store.tally(kind, where, column),
      commit: (changes) => open.store.commit(changes),
      close: () => open.store.close(),
    };
    const queued = new Set<string>();
    const enqueue = (ids: readonly string[]) => {
      for (const id of ids) queued.add(id);
    };
    await takeUpFiles(deleting, { enqueue });
    assert.ok(queued.has(kept.ids[0] ?? ""));
  });
});

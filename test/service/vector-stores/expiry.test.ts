/** Vector stores and files in them whose time has come. */
import assert from "node:assert/strict";
import { join } from "node:path";
import type { AssistantsApi } from "../../../src/contract/api.ts";
import { WorkerIndex } from "../../../src/retrieval/index/worker-index.ts";
import type { KeptVectorStore } from "../../../src/service/store/kinds.ts";
import { openSqliteStore } from "../../../src/service/store/sqlite-store.ts";
import type { Change, Store } from "../../../src/service/store/store.ts";
import { forgetExpiredStores } from "../../../src/service/vector-stores/forget-expired.ts";
import { alive, newVectorStore } from "../../../src/service/vector-stores/new-objects.ts";
import { CODES, findTexts, storeOf, untilIndexed } from "../../contract/library.ts";
import { calls, ScriptedModel, says } from "../../scripted-model.ts";
import { openRunning, untilRunEnds } from "../running-service.ts";
import { MADE_AT } from "../sample-objects.ts";
import { openStore } from "../store/open-store.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { leaveStore } from "./left-store.ts";
import { filesOf } from "./stored-files.ts";

const seconds = () => Math.floor(Date.now() / 1000);

const searching = calls({ name: "file_search", arguments: JSON.stringify({ queries: ["apple"] }) });

/** Writes into a directory that no service has open. */
async function write(directory: string, work: (store: Store) => Promise<Change>): Promise<void> {
  const store = await openSqliteStore(directory);
  await store.commit([await work(store)]);
  await store.close();
}

/** @param noted whether the index is noted to have forgotten it */
const changeStore = (directory: string, id: string, fields: Partial<KeptVectorStore>, noted = false) =>
  write(directory, async (store) => {
    const from = (await store.get("vector_store", id)) ?? assert.fail("no vector store");
    const object = { ...from.object, ...fields };
    return { replace: "vector_store", from, object, internal: noted ? { forget_at: null } : alive(object) };
  });

const expireFile = (directory: string, id: string, expires_at: number) =>
  write(directory, async (store) => {
    const from = (await store.get("file", id)) ?? assert.fail("no file");
    return { replace: "file", from, object: { ...from.object, expires_at }, internal: from.internal };
  });

const { signal } = new AbortController();

/** What forgetting works with, and what it did. */
function forgetting(store: Store, forgetStore: (id: string) => Promise<void> = async () => {}) {
  const forgotten: string[] = [];
  let begun = 0;
  const indexer = {
    async forgetStore(id: string) {
      forgotten.push(id);
      await forgetStore(id);
    },
  };
  const inStep = {
    begin() {
      begun += 1;
    },
  };
  return { parts: { store, indexer, inStep }, forgotten, begun: () => begun };
}

/** Starts and stops a service until what its start does in the background is done. */
async function startUntil(directory: string, isDone: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 15_000;
  do {
    const service = await openRunning(directory, new ScriptedModel());
    const { id } = await service.api.createVectorStore({});
    // Whoever asks the index is answered in turn with what goes on in the background.
    for (let asked = 0; asked < 20; asked += 1) await findTexts(service.api, id, "apple");
    await service.close();
    assert.ok(Date.now() < end, "it is not done");
  } while (!(await isDone()));
}

const askAssistantOf = async (api: AssistantsApi, vector_store_id: string) => {
  const { id: assistant_id } = await api.createAssistant({
    model: "scripted",
    tools: [{ type: "file_search" }],
    tool_resources: { file_search: { vector_store_ids: [vector_store_id] } },
  });
  const thread = { messages: [{ role: "user" as const, content: "Which code?" }] };
  return untilRunEnds(api, await api.createThreadAndRun({ assistant_id, thread }));
};

describe("a vector store whose time has come", () => {
  it("is not brought back by a run of its assistant, which fails", async () => {
    await using directory = await temporaryDirectory();
    const { id } = await leaveStore(directory.path, [CODES]);
    await changeStore(directory.path, id, { expires_at: seconds() - 1 });
    await using service = await openRunning(directory.path, new ScriptedModel(searching, says("Done")));
    const { status, last_error } = await askAssistantOf(service.api, id);
    assert.equal(status, "failed");
    assert.match(last_error?.message ?? "", /has expired/);
    assert.equal((await service.api.getVectorStore({ vector_store_id: id })).status, "expired");
  });

  it("takes no files, and has no contents to show", async () => {
    await using directory = await temporaryDirectory();
    const before = await openRunning(directory.path, new ScriptedModel());
    const { id: vector_store_id } = await storeOf(before.api, [CODES]);
    const file_id = (await before.api.listFiles({})).data[0]?.id ?? "";
    await before.close();
    await changeStore(directory.path, vector_store_id, { expires_at: seconds() - 1 });
    await using service = await openRunning(directory.path, new ScriptedModel());
    const { api } = service;
    const expired = { code: "vector_store_expired" };
    await assert.rejects(api.createVectorStoreFile({ vector_store_id, file_id }), expired);
    await assert.rejects(api.createVectorStoreFileBatch({ vector_store_id, file_ids: [file_id] }), expired);
    await assert.rejects(api.getVectorStoreFileContent({ vector_store_id, file_id }), expired);
  });

  it("is forgotten by the index once, those that live are not", async () => {
    await using open = await openStore();
    const at = (expires_at: number | null): KeptVectorStore => ({
      ...newVectorStore({}, MADE_AT),
      expires_at,
    });
    const due = Array.from({ length: 150 }, () => at(MADE_AT + 10));
    const stores = [...due, at(MADE_AT + 11), at(null)];
    await open.store.commit(
      stores.map((object): Change => ({ insert: "vector_store", object, internal: alive(object) })),
    );
    const { parts, forgotten } = forgetting(open.store);
    await forgetExpiredStores(parts, MADE_AT + 10, signal);
    const wanted = due.map(({ id }) => id).sort();
    assert.deepEqual(forgotten.sort(), wanted);
    await forgetExpiredStores(parts, MADE_AT + 10, signal);
    assert.equal(forgotten.length, wanted.length);
  });

  it("is not forgotten while its files are indexed, which would come after that", async () => {
    await using open = await openStore();
    const object = { ...newVectorStore({}, MADE_AT), expires_at: MADE_AT };
    const { changes } = filesOf(object.id, 1);
    await open.store.commit([{ insert: "vector_store", object, internal: alive(object) }, ...changes]);
    const { parts, forgotten } = forgetting(open.store);
    await forgetExpiredStores(parts, MADE_AT, signal);
    assert.deepEqual(forgotten, []);
    const [file] = await open.store.list("vector_store_file", { limit: 1, order: "asc" });
    assert.ok(file);
    const indexed = { ...file.object, status: "completed" as const };
    await open.store.commit([
      { replace: "vector_store_file", from: file, object: indexed, internal: file.internal },
    ]);
    await forgetExpiredStores(parts, MADE_AT, signal);
    assert.deepEqual(forgotten, [object.id]);
  });

  it("is read again where it was told to live on while it was being forgotten", async () => {
    await using open = await openStore();
    const object = { ...newVectorStore({}, MADE_AT), expires_at: MADE_AT };
    await open.store.commit([{ insert: "vector_store", object, internal: alive(object) }]);
    const { parts, begun } = forgetting(open.store, async (id) => {
      const from = (await open.store.get("vector_store", id)) ?? assert.fail("no vector store");
      const living = { ...object, expires_at: MADE_AT + 10 };
      await open.store.commit([{ replace: "vector_store", from, object: living, internal: alive(living) }]);
    });
    await forgetExpiredStores(parts, MADE_AT, signal);
    assert.equal(begun(), 1);
  });

  it("is forgotten by a service that runs", async () => {
    await using directory = await temporaryDirectory();
    const before = await openRunning(directory.path, new ScriptedModel());
    const { id } = await storeOf(before.api, [CODES]);
    await before.close();
    await changeStore(directory.path, id, { expires_at: seconds() - 1 });
    const noted = async () => {
      const store = await openSqliteStore(directory.path);
      const { internal } = (await store.get("vector_store", id)) ?? assert.fail("no vector store");
      await store.close();
      return internal.forget_at === null;
    };
    assert.ok(!(await noted()));
    await startUntil(directory.path, noted);
  });

  it("is left out of the index until it is told to live on, and is read again then", async () => {
    await using directory = await temporaryDirectory();
    const before = await openRunning(directory.path, new ScriptedModel());
    const { id: vector_store_id } = await storeOf(before.api, [CODES]);
    await before.close();
    await changeStore(directory.path, vector_store_id, { expires_at: seconds() - 1 }, true);
    // As a crash leaves it: noted as forgotten, and not forgotten yet.
    const entries = async () => {
      const index = new WorkerIndex(join(directory.path, "search.db"));
      const known = await index.entries(0, 10);
      await index.close();
      return known.length;
    };
    assert.equal(await entries(), 1);
    await startUntil(directory.path, async () => (await entries()) === 0);
    await using service = await openRunning(directory.path, new ScriptedModel());
    const { api } = service;
    await api.updateVectorStore({
      vector_store_id,
      expires_after: { anchor: "last_active_at", days: 1 },
    });
    const end = Date.now() + 15_000;
    while ((await findTexts(api, vector_store_id, "apple")).length === 0 && Date.now() < end) {
      await untilIndexed(api, vector_store_id);
    }
    assert.deepEqual(await findTexts(api, vector_store_id, "apple"), [CODES]);
  });

  it("lives on when it was part of a run, searched or not", async () => {
    await using directory = await temporaryDirectory();
    const { id } = await leaveStore(directory.path, [CODES]);
    const long = seconds() - 3600;
    await changeStore(directory.path, id, { last_active_at: long });
    await using service = await openRunning(directory.path, new ScriptedModel(says("Hello")));
    assert.equal((await askAssistantOf(service.api, id)).status, "completed");
    const { last_active_at } = await service.api.getVectorStore({ vector_store_id: id });
    assert.ok((last_active_at ?? 0) > long);
  });
});

describe("a file in a vector store whose time has come", () => {
  it("is found no more, though it may not have been removed yet", async () => {
    await using directory = await temporaryDirectory();
    const { id, files } = await leaveStore(directory.path, [CODES]);
    const expires_at = seconds() + 1;
    await expireFile(directory.path, files[0] ?? "", expires_at);
    await using service = await openRunning(directory.path, new ScriptedModel());
    while (seconds() < expires_at) await findTexts(service.api, id, "apple");
    assert.deepEqual(await findTexts(service.api, id, "apple"), []);
  });
});

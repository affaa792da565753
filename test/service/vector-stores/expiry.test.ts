/** Vector stores and files in them whose time has come. */
import assert from "node:assert/strict";
import type { AssistantsApi } from "../../../src/contract/api.ts";
import type { KeptVectorStore } from "../../../src/service/store/kinds.ts";
import { openSqliteStore } from "../../../src/service/store/sqlite-store.ts";
import type { Change, Store } from "../../../src/service/store/store.ts";
import { CODES, findTexts } from "../../contract/library.ts";
import { calls, ScriptedModel, says } from "../../scripted-model.ts";
import { openRunning, untilRunEnds } from "../running-service.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { leaveStore } from "./left-store.ts";

const seconds = () => Math.floor(Date.now() / 1000);

const searching = calls({ name: "file_search", arguments: JSON.stringify({ queries: ["apple"] }) });

/** Writes into a directory that no service has open. */
async function write(directory: string, work: (store: Store) => Promise<Change>): Promise<void> {
  const store = await openSqliteStore(directory);
  await store.commit([await work(store)]);
  await store.close();
}

const changeStore = (directory: string, id: string, fields: Partial<KeptVectorStore>) =>
  write(directory, async (store) => {
    const from = (await store.get("vector_store", id)) ?? assert.fail("no vector store");
    return { replace: "vector_store", from, object: { ...from.object, ...fields }, internal: null };
  });

const expireFile = (directory: string, id: string, expires_at: number) =>
  write(directory, async (store) => {
    const from = (await store.get("file", id)) ?? assert.fail("no file");
    return { replace: "file", from, object: { ...from.object, expires_at }, internal: from.internal };
  });

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

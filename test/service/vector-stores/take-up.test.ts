/** What a start makes of vector stores that an earlier process has left. */
import assert from "node:assert/strict";
import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Change, Store } from "../../../src/service/store/store.ts";
import { newVectorStore } from "../../../src/service/vector-stores/new-objects.ts";
import { takeUp } from "../../../src/service/vector-stores/take-up.ts";
import { CODES, findTexts, storeOf, untilIndexed, uploadText } from "../../contract/library.ts";
import { ScriptedModel } from "../../scripted-model.ts";
import { openRunning } from "../running-service.ts";
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
    const insert: Change = { insert: "vector_store", object: large, internal: null };
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
    await takeUp(deleting, EMPTY_INDEX, { enqueue });
    assert.ok(queued.has(kept.ids[0] ?? ""));
  });
});

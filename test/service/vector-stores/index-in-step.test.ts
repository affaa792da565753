/** The index is compared with the store until it holds what the store says. */
import assert from "node:assert/strict";
import { contractError } from "../../../src/contract/errors.ts";
import type { SearchIndex } from "../../../src/retrieval/index/search-index.ts";
import { IndexInStep } from "../../../src/service/vector-stores/index-in-step.ts";
import { searchStores } from "../../../src/service/vector-stores/search-stores.ts";
import { MADE_AT } from "../sample-objects.ts";
import { openStore } from "../store/open-store.ts";
import { EMPTY_INDEX, filesOf } from "./stored-files.ts";

const now = () => MADE_AT;

describe("an index that differs from the store", () => {
  it("is brought in step as soon as the disk allows, and every refusal is told", async () => {
    await using open = await openStore();
    const removed = Promise.withResolvers<string[]>();
    const refusals = [contractError("index_unavailable", { reason: "database or disk is full" })];
    const index: SearchIndex = {
      ...EMPTY_INDEX,
      entries: async () => [{ place: 1, key: "vs/file/gone", complete: true, attributes: {} }],
      async remove(keys) {
        const refusal = refusals.shift();
        if (refusal) throw refusal;
        removed.resolve(keys);
      },
    };
    const told: unknown[] = [];
    const indexer = { enqueue: () => {} };
    const onError = (error: unknown) => told.push(error);
    const inStep = new IndexInStep({ store: open.store, index, indexer, now, onError });
    inStep.begin();
    assert.deepEqual(await removed.promise, ["vs/file/gone"]);
    await inStep.close();
    assert.equal(told.length, 1);
  });

  it("finds nothing by attributes that a file has no more", async () => {
    await using open = await openStore();
    const { ids, changes } = filesOf("vs", 1);
    await open.store.commit(changes);
    const id = ids[0] ?? "";
    const from = (await open.store.get("vector_store_file", id)) ?? assert.fail("no file");
    const object = { ...from.object, status: "completed" as const, attributes: { colour: "red" } };
    await open.store.commit([{ replace: "vector_store_file", from, object, internal: from.internal }]);
    const found = [{ key: from.internal.entry, score: 1, start: 0, text: "An apple." }];
    const index = { ...EMPTY_INDEX, search: async () => found };
    const by = (value: string) =>
      searchStores(open.store, index, MADE_AT, {
        stores: ["vs"],
        queries: ["apple"],
        limit: 10,
        least: 0,
        filter: { type: "eq", key: "colour", value },
      });
    assert.equal((await by("red")).length, 1);
    assert.deepEqual(await by("green"), []);
  });
});

/** What a run does so that files are searched: how long it waits for them, and how often it searches. */
import assert from "node:assert/strict";
import type { SearchIndex } from "../../../src/retrieval/index/search-index.ts";
import { FileSearch } from "../../../src/service/runs/file-search.ts";
import { emptyAnswer, type ModelAnswer } from "../../../src/service/runs/model-answer.ts";
import { MAX_SEARCHES } from "../../../src/service/runs/search-tool.ts";
import type { Stored } from "../../../src/service/store/store.ts";
import { insertThread, MADE_AT, NEW_INTERNAL, sampleRun, sampleThread } from "../sample-objects.ts";
import { openStore } from "../store/open-store.ts";
import { EMPTY_INDEX } from "../vector-stores/stored-files.ts";

async function scene(now: number) {
  const open = await openStore();
  const tool_resources = { file_search: { vector_store_ids: ["vs_thread"] } };
  const thread = { ...sampleThread(), tool_resources };
  await open.store.commit([insertThread(thread)]);
  const waits: number[] = [];
  let searches = 0;
  const index: SearchIndex = {
    ...EMPTY_INDEX,
    search: async () => {
      searches += 1;
      return [];
    },
  };
  const search = new FileSearch({
    store: open.store,
    index,
    indexer: {
      settled: async (_id: string, limitMs: number) => {
        waits.push(limitMs);
      },
    },
    contextWindow: null,
    now: () => now,
    onError: console.error,
  });
  const object = sampleRun({ thread_id: thread.id, tools: [{ type: "file_search" }], started_at: MADE_AT });
  const run: Stored<"run"> = { object, internal: NEW_INTERNAL, version: 1 };
  const made = { search, run, waits, searches: () => searches };
  return { ...made, [Symbol.asyncDispose]: () => open[Symbol.asyncDispose]() };
}

const asking = (times: number): ModelAnswer => ({
  ...emptyAnswer(),
  calls: new Map(Array.from({ length: times }, (_, at) => [at, { name: "file_search", arguments: "apple" }])),
});

const { signal } = new AbortController();

describe("a run that searches files", () => {
  it("waits a minute for them, all its rounds together", async () => {
    await using open = await scene(MADE_AT + 20);
    await open.search.prepare(open.run, signal);
    assert.deepEqual(open.waits, [40_000]);
  });

  it("searches no more often than a run may, however often one answer asks", async () => {
    await using open = await scene(MADE_AT);
    const outcomes = await open.search.perform(open.run, asking(MAX_SEARCHES * 10), signal);
    assert.deepEqual([outcomes.size, open.searches()], [MAX_SEARCHES, MAX_SEARCHES]);
  });

  it("searches no more when it is stopped", async () => {
    await using open = await scene(MADE_AT);
    await open.search.perform(open.run, asking(3), AbortSignal.abort());
    assert.equal(open.searches(), 0);
  });
});

/** How files are brought into the index, and in which order. */
import assert from "node:assert/strict";
import type { EntryPart } from "../../../src/retrieval/index/search-index.ts";
import type { FileToRead } from "../../../src/retrieval/reading/file-reader.ts";
import { Indexer } from "../../../src/service/vector-stores/indexer.ts";
import { openStore } from "../store/open-store.ts";
import { EMPTY_INDEX, filesOf } from "./stored-files.ts";

describe("the indexer", () => {
  it("lets vector stores take turns, so that a small one does not wait for a large one", async () => {
    await using open = await openStore();
    const [large, small] = [filesOf("vs_large", 50), filesOf("vs_small", 2)];
    await open.store.commit([...large.changes, ...small.changes]);
    const read: string[] = [];
    const indexer = new Indexer({
      store: open.store,
      index: EMPTY_INDEX,
      reader: {
        async *read({ path }: FileToRead) {
          read.push(path);
          yield { chunks: [], last: true };
        },
        close: async () => {},
      },
      pathOf: (id) => id,
      onOutOfStep: () => {},
      onError: console.error,
    });
    indexer.enqueue(large.ids);
    indexer.enqueue(small.ids);
    await indexer.settled("vs_small", 10_000, new AbortController().signal);
    await indexer.close();
    const inTurn = ["large-0", "large-1", "small-0", "large-2", "small-1"];
    assert.deepEqual(
      read.slice(0, 5),
      inTurn.map((name) => `file-vs_${name}`),
    );
  });

  it("tells which file is tried again, when, and why", async () => {
    await using open = await openStore();
    const { ids, changes } = filesOf("vs", 1);
    await open.store.commit(changes);
    const failures = [new Error("the reading process ended")];
    const told: unknown[] = [];
    const indexer = new Indexer({
      store: open.store,
      index: EMPTY_INDEX,
      reader: {
        async *read() {
          const failure = failures.shift();
          if (failure) throw failure;
          yield { chunks: [], last: true };
        },
        close: async () => {},
      },
      pathOf: (id) => id,
      onOutOfStep: () => {},
      onError: (error) => told.push(error),
    });
    indexer.enqueue(ids);
    await indexer.settled("vs", 10_000, new AbortController().signal);
    await indexer.close();
    assert.deepEqual(told.map(String), [
      "Error: The file 'file-vs-0' could not be indexed: the reading process ended. It is tried again in 0.5 s.",
    ]);
    const stored = await open.store.get("vector_store_file", ids[0] ?? "");
    assert.equal(stored?.object.status, "completed");
  });

  it("puts a file there once more where the index began anew in between", async () => {
    await using open = await openStore();
    const { ids, changes } = filesOf("vs", 1);
    await open.store.commit(changes);
    const put: boolean[] = [];
    const index = {
      ...EMPTY_INDEX,
      renewals: 0,
      put: async ({ first }: EntryPart) => {
        // Behind the first part of the first time.
        if (put.push(first) === 1) index.renewals += 1;
      },
    };
    const indexer = new Indexer({
      store: open.store,
      index,
      reader: {
        async *read() {
          yield { chunks: [], last: false };
          yield { chunks: [], last: true };
        },
        close: async () => {},
      },
      pathOf: (id) => id,
      onOutOfStep: () => {},
      onError: console.error,
    });
    indexer.enqueue(ids);
    await indexer.settled("vs", 10_000, new AbortController().signal);
    await indexer.close();
    assert.deepEqual(put, [true, false, true, false]);
    const stored = await open.store.get("vector_store_file", ids[0] ?? "");
    assert.equal(stored?.object.status, "completed");
  });
});

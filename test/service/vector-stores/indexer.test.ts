/** In which order files are brought into the index. */
import assert from "node:assert/strict";
import type { FileToRead } from "../../../src/retrieval/reading/file-reader.ts";
import { newFile } from "../../../src/service/objects.ts";
import type { Change } from "../../../src/service/store/store.ts";
import { Indexer, type IndexerSettings } from "../../../src/service/vector-stores/indexer.ts";
import { newStoreFile } from "../../../src/service/vector-stores/new-objects.ts";
import { MADE_AT } from "../sample-objects.ts";
import { openStore } from "../store/open-store.ts";

const nothing = async () => {};
const INDEX: IndexerSettings["index"] = {
  put: nothing,
  remove: nothing,
  removeStore: nothing,
  setAttributes: nothing,
  search: async () => [],
  content: async () => [],
  entries: async () => [],
  close: nothing,
};

/** Files of a vector store, as they are stored before they are read. */
function filesOf(store: string, count: number): { ids: string[]; changes: Change[] } {
  const changes = Array.from({ length: count }, (_, index): Change[] => {
    const file = newFile(
      { id: `file-${store}-${index}`, name: "a.txt", bytes: 1 },
      { purpose: "batch" },
      MADE_AT,
    );
    return [
      { insert: "file", object: file, internal: { type: "text/plain" } },
      newStoreFile(store, file, { file_id: file.id }, null, MADE_AT),
    ];
  }).flat();
  const ids = changes.flatMap((change) =>
    "insert" in change && change.insert === "vector_store_file" ? [change.object.id] : [],
  );
  return { ids, changes };
}

describe("the indexer", () => {
  it("lets vector stores take turns, so that a small one does not wait for a large one", async () => {
    await using open = await openStore();
    const [large, small] = [filesOf("vs_large", 50), filesOf("vs_small", 2)];
    await open.store.commit([...large.changes, ...small.changes]);
    const read: string[] = [];
    const indexer = new Indexer({
      store: open.store,
      index: INDEX,
      reader: {
        async *read({ path }: FileToRead) {
          read.push(path);
          yield { chunks: [], last: true };
        },
        close: nothing,
      },
      pathOf: (id) => id,
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
});

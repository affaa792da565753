/** Vector stores with files that nobody has read, and an index that keeps nothing. */
import type { SearchIndex } from "../../../src/retrieval/index/search-index.ts";
import { newFile } from "../../../src/service/objects.ts";
import type { Change } from "../../../src/service/store/store.ts";
import { newStoreFile } from "../../../src/service/vector-stores/new-objects.ts";
import { MADE_AT } from "../sample-objects.ts";

const nothing = async () => {};
/** Takes everything and finds nothing. */
export const EMPTY_INDEX: SearchIndex = {
  renewals: 0,
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
export function filesOf(store: string, count: number): { ids: string[]; changes: Change[] } {
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

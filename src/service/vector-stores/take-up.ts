import { isDeepStrictEqual } from "node:util";
import type { KnownEntry, SearchIndex } from "../../retrieval/index/search-index.ts";
import { commitFresh } from "../store/commit-fresh.ts";
import type { KeptStoreFile } from "../store/kinds.ts";
import type { Store, Stored } from "../store/store.ts";
import type { Indexer } from "./indexer.ts";

const PAGE = 500;

/**
 * Takes up where the last process has stopped: files in progress are indexed, and the index is brought in step with
 * the store. What it lacks, because it was lost or is of an older kind, is read again; what it has too much goes.
 */
export async function takeUp(store: Store, index: SearchIndex, indexer: Indexer): Promise<void> {
  const known = new Map<string, KnownEntry>();
  for await (const entry of everyEntry(index)) known.set(entry.key, entry);
  for await (const { object, internal } of everyFile(store)) {
    if (!isKept(object)) continue;
    const entry = known.get(internal.entry);
    known.delete(internal.entry);
    if (object.status === "in_progress") indexer.enqueue([object.id]);
    else if (!entry?.complete) await readAgain(store, indexer, object.id, internal.entry);
    else if (!isDeepStrictEqual(entry.attributes, object.attributes ?? {})) {
      await index.setAttributes(internal.entry, object.attributes ?? {});
    }
  }
  // What is left over belongs to no file, or to one that was given up.
  for (const key of known.keys()) await removeUnlessKept(store, index, key);
}

const isKept = ({ status }: KeptStoreFile) => status === "in_progress" || status === "completed";

/** Since the index was read, a file may have been added: it is asked once more. */
async function removeUnlessKept(store: Store, index: SearchIndex, key: string): Promise<void> {
  const stored = await store.get("vector_store_file", key.slice(0, key.lastIndexOf("/")));
  if (stored?.internal.entry !== key || !isKept(stored.object)) await index.remove([key]);
}

async function readAgain(store: Store, indexer: Indexer, id: string, entry: string): Promise<void> {
  await commitFresh(store, async () => {
    const from = await store.get("vector_store_file", id);
    if (from?.internal.entry !== entry || from.object.status !== "completed") {
      return { result: null, changes: [] };
    }
    const object = { ...from.object, status: "in_progress", usage_bytes: 0 } as const;
    return {
      result: null,
      changes: [{ replace: "vector_store_file", from, object, internal: from.internal }],
    };
  });
  indexer.enqueue([id]);
}

async function* everyFile(store: Store): AsyncGenerator<Stored<"vector_store_file">> {
  for (let after: string | undefined; ; ) {
    const query = { limit: PAGE, order: "asc" } as const;
    const page = await store.list("vector_store_file", after === undefined ? query : { ...query, after });
    yield* page;
    if (page.length < PAGE) return;
    after = page.at(-1)?.object.id;
  }
}

async function* everyEntry(index: SearchIndex): AsyncGenerator<KnownEntry> {
  for (let after = 0; ; ) {
    const page = await index.entries(after, PAGE);
    yield* page;
    if (page.length < PAGE) return;
    after = page.at(-1)?.place ?? after;
  }
}

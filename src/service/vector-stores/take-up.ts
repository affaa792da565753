import type { SearchIndex } from "../../retrieval/index/search-index.ts";
import { type Store, StoreConflict, type Stored } from "../store/store.ts";
import type { Indexer } from "./indexer.ts";
import { readAgain } from "./read-again.ts";

const PAGE = 500;

/**
 * Takes up where the last process has stopped: files in progress are indexed, and the index is brought in step with
 * the store. What it lacks, because it was lost or is of an older kind, is read again; what it has too much goes.
 */
export async function takeUp(
  store: Store,
  index: SearchIndex,
  indexer: Pick<Indexer, "enqueue">,
): Promise<void> {
  // Read before the index, which has whatever the store says is completed.
  const completed = new Map<string, { id: string; attributes: string }>();
  for await (const { object, internal } of everyFile(store)) {
    const { id, attributes } = object;
    if (object.status === "in_progress") indexer.enqueue([id]);
    else if (object.status === "completed") {
      completed.set(internal.entry, { id, attributes: JSON.stringify(attributes ?? {}) });
    }
  }
  for await (const { key, complete, attributes } of everyEntry(index)) {
    const known = completed.get(key);
    if (!known) await bringInStep(store, index, key);
    else if (complete) {
      completed.delete(key);
      if (attributes !== known.attributes) await bringInStep(store, index, key);
    }
  }
  for (const [entry, { id }] of completed) await readAgain(store, indexer, id, entry);
}

/** Since the store was read, a file may have been added or changed: it is asked once more. */
async function bringInStep(store: Store, index: SearchIndex, key: string): Promise<void> {
  const stored = await store.get("vector_store_file", key.slice(0, key.lastIndexOf("/")));
  const { status, attributes } = stored?.object ?? {};
  const kept = stored?.internal.entry === key && (status === "in_progress" || status === "completed");
  if (kept) await index.setAttributes(key, attributes ?? {});
  else await index.remove([key]);
}

/** Each at least once: from the beginning again where the last one has gone with its vector store in the meantime. */
async function* everyFile(store: Store): AsyncGenerator<Stored<"vector_store_file">> {
  for (let after: string | undefined; ; ) {
    const query = { limit: PAGE, order: "asc" } as const;
    const listed = store.list("vector_store_file", after === undefined ? query : { ...query, after });
    const page = await listed.catch(nullWithoutCursor);
    yield* page ?? [];
    if (page && page.length < PAGE) return;
    after = page?.at(-1)?.object.id;
  }
}

function nullWithoutCursor(error: unknown): null {
  if (error instanceof StoreConflict && error.conflict.reason === "cursor") return null;
  throw error;
}

async function* everyEntry(index: SearchIndex) {
  for (let after = 0; ; ) {
    const page = await index.entries(after, PAGE);
    for (const { key, complete, attributes } of page) {
      yield { key, complete, attributes: JSON.stringify(attributes) };
    }
    if (page.length < PAGE) return;
    after = page.at(-1)?.place ?? after;
  }
}

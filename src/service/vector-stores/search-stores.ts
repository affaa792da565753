import type { AttributeFilter, SearchResult } from "../../contract/objects.ts";
import { matchesFilter } from "../../retrieval/index/filters.ts";
import type { FoundChunk, SearchIndex } from "../../retrieval/index/search-index.ts";
import { isExpired } from "../expired.ts";
import type { Store } from "../store/store.ts";

export interface StoreSearch {
  stores: readonly string[];
  queries: string[];
  limit: number;
  /** Between 0 and 1. */
  least: number;
  filter: AttributeFilter | null;
}

/**
 * The best chunks of some vector stores. The index is asked, and the store has the last word: what was deleted there
 * is found no more, whatever the index still knows. Rejects with `index_unavailable` where the index cannot.
 * @param now Unix seconds
 */
export async function searchStores(
  store: Store,
  index: SearchIndex,
  now: number,
  { stores, ...query }: StoreSearch,
): Promise<SearchResult[]> {
  const found = await Promise.all(stores.map((id) => index.search({ store: id, ...query })));
  const best = onceEach(found.flat().sort((left, right) => right.score - left.score));
  const results = await Promise.all(
    best.slice(0, query.limit).map((chunk) => asResult(store, now, query.filter, chunk)),
  );
  return results.flatMap((result) => (result ? [result] : []));
}

/** A file may be in several of the vector stores: each of its texts is found once. */
function onceEach(found: readonly FoundChunk[]): FoundChunk[] {
  const texts = new Map<string, FoundChunk>();
  for (const chunk of found) {
    const [, fileId] = chunk.key.split("/");
    const text = `${fileId}/${chunk.start}/${chunk.text}`;
    if (!texts.has(text)) texts.set(text, chunk);
  }
  return [...texts.values()];
}

async function asResult(
  store: Store,
  now: number,
  filter: AttributeFilter | null,
  { key, score, text }: FoundChunk,
): Promise<SearchResult | null> {
  const own = await store.get("vector_store_file", key.slice(0, key.lastIndexOf("/")));
  if (own?.internal.entry !== key || own.object.status !== "completed") return null;
  if (filter && !matchesFilter(filter, own.object.attributes ?? {})) return null;
  const file = await store.get("file", own.object.file_id);
  if (!file || isExpired(file.object, now)) return null;
  const { filename } = file.object;
  const attributes = own.object.attributes ?? null;
  return { file_id: file.object.id, filename, score, attributes, content: [{ type: "text", text }] };
}

import { nullWithoutCursor, type Store, type Stored, type Where } from "../store/store.ts";

const PAGE = 500;

/**
 * The files in vector stores. Each at least once: from the beginning again where the last one has gone with its
 * vector store in the meantime.
 */
export async function* pagesOfFiles(
  store: Store,
  where: Where,
): AsyncGenerator<Stored<"vector_store_file">[]> {
  for (let after: string | undefined; ; ) {
    const query = { where, limit: PAGE, order: "asc" } as const;
    const listed = store.list("vector_store_file", after === undefined ? query : { ...query, after });
    const page = await listed.catch(nullWithoutCursor);
    if (page) yield page;
    if (page && page.length < PAGE) return;
    after = page?.at(-1)?.object.id;
  }
}

/** Lists of any length, which a service gives page by page. */
import type { Page } from "../../src/contract/objects.ts";

/** As many as a page may have. */
const PAGE = 100;

export interface PageQuery {
  limit: number;
  order: "asc" | "desc";
  after?: string;
}

/**
 * One object after the other; a page is asked for when its first is wanted.
 * @param list asks the service for a page
 * @param limit how many there are at most
 */
export async function* eachOf<Item extends { id: string }>(
  list: (query: PageQuery) => Promise<Page<Item>>,
  order: PageQuery["order"],
  limit = Number.POSITIVE_INFINITY,
): AsyncGenerator<Item, void> {
  const query: PageQuery = { limit: PAGE, order };
  for (let left = limit; left > 0; ) {
    query.limit = Math.min(left, PAGE);
    const { data, has_more } = await list(query);
    yield* data.slice(0, left);
    left -= data.length;
    const last = data.at(-1);
    if (!has_more || !last) return;
    query.after = last.id;
  }
}

/** The newest objects, no more than the limit. */
export async function newestOf<Item extends { id: string }>(
  list: (query: PageQuery) => Promise<Page<Item>>,
  limit: number,
): Promise<Item[]> {
  const items: Item[] = [];
  for await (const item of eachOf(list, "desc", limit)) items.push(item);
  return items;
}

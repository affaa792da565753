/** The names of files in a vector store, of which the service itself gives the ids alone. */
import type { AssistantsApi, CallOptions } from "../../src/contract/api.ts";
import { ifThere } from "../shared/if-there.ts";

/** How many files are asked for at once. */
const AT_ONCE = 8;

/** A name that its file has; one that is gone has none. */
export type Named<Item> = Item & { filename?: string };

/**
 * The same with the name of each file. What the service gave stays as it is: these are copies.
 * @param idOf which file an item is about
 */
export async function withNames<Item extends object>(
  api: AssistantsApi,
  items: readonly Item[],
  idOf: (item: Item) => string,
  options: CallOptions,
): Promise<Named<Item>[]> {
  const named: Named<Item>[] = [];
  const name = async (item: Item): Promise<Named<Item>> => {
    const file = await ifThere(api.getFile({ file_id: idOf(item) }, options));
    return file ? { ...item, filename: file.filename } : item;
  };
  for (let at = 0; at < items.length; at += AT_ONCE) {
    named.push(...(await Promise.all(items.slice(at, at + AT_ONCE).map(name))));
  }
  return named;
}

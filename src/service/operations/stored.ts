/** Reading and changing stored objects as operations do: what is not there is the contract's own 404. */
import { contractError, type ErrorCode } from "../../contract/errors.ts";
import type { Page } from "../../contract/objects.ts";
import type { Kind, Kinds } from "../store/kinds.ts";
import { type ListQuery, type Store, StoreConflict, type Stored, type Where } from "../store/store.ts";

const notFound: Record<Kind, ErrorCode> = {
  assistant: "assistant_not_found",
  thread: "thread_not_found",
  message: "message_not_found",
  run: "run_not_found",
  run_step: "run_step_not_found",
  file: "file_not_found",
  upload: "upload_not_found",
  upload_part: "upload_part_not_found",
  vector_store: "vector_store_not_found",
  vector_store_file: "vector_store_file_not_found",
  vector_store_file_batch: "vector_store_file_batch_not_found",
};

/** The object of that id. Throws the contract's 404. */
export async function find<K extends Kind>(store: Store, kind: K, id: string): Promise<Stored<K>> {
  const stored = await store.get(kind, id);
  if (!stored) throw contractError(notFound[kind], { id });
  return stored;
}

/** An object of a thread, or a 404 when it is another thread's. */
export async function findInThread<K extends "message" | "run">(
  store: Store,
  kind: K,
  id: string,
  threadId: string,
): Promise<Stored<K>> {
  const stored = await find(store, kind, id);
  if (stored.object.thread_id !== threadId) throw contractError(notFound[kind], { id });
  return stored;
}

/** What a store's refusal is in the contract's words; other errors pass through. */
export function asContractError(error: unknown): unknown {
  if (!(error instanceof StoreConflict)) return error;
  const { conflict } = error;
  switch (conflict.reason) {
    case "missing":
      return contractError(notFound[conflict.kind], { id: conflict.id });
    case "busy":
      return contractError("thread_has_active_run", { ...conflict });
    case "cursor":
      return contractError("invalid_cursor", { param: conflict.param, value: conflict.id });
    case "version":
      return contractError("store_unavailable", { reason: `${conflict.id} is changed by too many at once` });
  }
}

/** The parameters that every list takes. */
export interface PageParameters {
  limit?: number;
  order?: "asc" | "desc";
  after?: string;
  before?: string;
}

const DEFAULT_LIMIT = 20;

/** One page of the objects that `where` names, newest first unless told otherwise. */
export async function page<K extends Kind>(
  store: Store,
  kind: K,
  parameters: PageParameters,
  where: Where,
): Promise<Page<Kinds[K]["object"]>> {
  const { data, ...rest } = await storedPage(store, kind, parameters, where);
  return { ...rest, data: data.map((stored) => stored.object) };
}

/** The same with what the service keeps beside the objects. */
export async function storedPage<K extends Kind>(
  store: Store,
  kind: K,
  parameters: PageParameters,
  where: Where,
): Promise<Page<Stored<K>>> {
  const { limit = DEFAULT_LIMIT, order = "desc", after, before } = parameters;
  const query: ListQuery = { where, limit: limit + 1, order };
  if (after !== undefined) query.after = after;
  if (before !== undefined) query.before = before;
  const found = await store.list(kind, query);
  const backwards = before !== undefined && after === undefined;
  // The one too many only tells that there is more; a page that ends at `before` has it in front.
  const kept = found.length > limit ? (backwards ? found.slice(1) : found.slice(0, limit)) : found;
  return {
    object: "list",
    data: kept,
    first_id: kept[0]?.object.id ?? null,
    last_id: kept.at(-1)?.object.id ?? null,
    has_more: found.length > limit,
  };
}

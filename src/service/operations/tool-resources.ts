import { contractError } from "../../contract/errors.ts";
import type { ToolResources } from "../../contract/objects.ts";
import type { Request } from "../../contract/requests.ts";
import type { Change, Store } from "../store/store.ts";
import { addFiles } from "../vector-stores/add-files.ts";
import { alive, newVectorStore } from "../vector-stores/new-objects.ts";
import { findFile } from "./files.ts";
import { find } from "./stored.ts";

type Given = Request<"CreateAssistant">["tool_resources"];

/** Vector stores that threads make live so long after they were last used. */
export const THREAD_STORE_EXPIRY = { anchor: "last_active_at", days: 7 } as const;

/** What tools may use, and what must be written so that it is there. */
export interface PlannedResources {
  resources: ToolResources;
  changes: Change[];
  /** Files to be indexed. */
  added: string[];
}

/**
 * Resolves what tools are to use: vector stores that are there, or one that is made with its files.
 * Throws `file_not_found` and `vector_store_not_found`.
 * @param expiry of a vector store that is made
 * @param now Unix seconds
 */
export async function planResources(
  store: Store,
  given: Given,
  expiry: typeof THREAD_STORE_EXPIRY | null,
  now: number,
): Promise<PlannedResources> {
  const none = { resources: {}, changes: [], added: [] };
  if (!given) return none;
  for (const id of given.code_interpreter?.file_ids ?? []) await findFile({ store, now: () => now }, id);
  const { file_search, ...others } = given;
  if (!file_search) return { ...none, resources: others };
  const { vector_store_ids, vector_stores: [inline] = [] } = file_search;
  if (!inline) {
    for (const storeId of vector_store_ids ?? []) await find(store, "vector_store", storeId);
    return { ...none, resources: { ...others, file_search: { vector_store_ids: vector_store_ids ?? [] } } };
  }
  if ((vector_store_ids ?? []).length > 0) {
    const reason = "give either vector_store_ids or vector_stores";
    throw contractError("invalid_value", { param: "tool_resources.file_search", reason });
  }
  const { file_ids = [], chunking_strategy, metadata } = inline;
  const object = newVectorStore(
    { ...(metadata ? { metadata } : {}), ...(expiry ? { expires_after: expiry } : {}) },
    now,
  );
  const files = file_ids.map((file_id) => ({ file_id, chunking_strategy }));
  const { changes, added } = await addFiles(store, object.id, files, null, now);
  return {
    resources: { ...others, file_search: { vector_store_ids: [object.id] } },
    changes: [{ insert: "vector_store", object, internal: alive(object) }, ...changes],
    added,
  };
}

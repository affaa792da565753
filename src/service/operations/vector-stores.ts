import { contractError } from "../../contract/errors.ts";
import { partsOf } from "../../retrieval/index/filters.ts";
import { isExpired } from "../expired.ts";
import { commitFresh } from "../store/commit-fresh.ts";
import type { KeptVectorStore } from "../store/kinds.ts";
import { addFiles } from "../vector-stores/add-files.ts";
import { keepAlive } from "../vector-stores/keep-alive.ts";
import { active, alive, newVectorStore } from "../vector-stores/new-objects.ts";
import { searchStores } from "../vector-stores/search-stores.ts";
import { shownStore } from "../vector-stores/shown.ts";
import type { Handlers } from "./context.ts";
import { find, page } from "./stored.ts";

const DEFAULT_RESULTS = 10;

/** Each file that has a word of the question is asked all of them. */
const MAX_FILTER_PARTS = 1000;

export const vectorStores: Handlers<
  | "createVectorStore"
  | "listVectorStores"
  | "getVectorStore"
  | "updateVectorStore"
  | "deleteVectorStore"
  | "searchVectorStore"
> = {
  async createVectorStore({ store, indexer, now }, { file_ids = [], chunking_strategy, ...request }) {
    const object = newVectorStore(request, now());
    const files = file_ids.map((file_id) => ({ file_id, chunking_strategy }));
    const { changes, added } = await addFiles(store, object.id, files, null, now());
    await store.commit([{ insert: "vector_store", object, internal: alive(object) }, ...changes]);
    indexer.enqueue(added);
    return shownStore(store, object, now());
  },

  async listVectorStores({ store, now }, parameters) {
    const { data, ...rest } = await page(store, "vector_store", parameters, {});
    return { ...rest, data: await Promise.all(data.map((object) => shownStore(store, object, now()))) };
  },

  async getVectorStore({ store, now }, { vector_store_id }) {
    return shownStore(store, (await find(store, "vector_store", vector_store_id)).object, now());
  },

  /** One that has expired lives again where it is told how long; what the index has forgotten is read again. */
  async updateVectorStore({ store, inStep, now }, { vector_store_id, name, metadata, expires_after }) {
    const { object, revived } = await commitFresh(store, async () => {
      const from = await find(store, "vector_store", vector_store_id);
      const result: KeptVectorStore = { ...from.object };
      if (typeof name === "string") result.name = name;
      if (metadata !== undefined) result.metadata = metadata;
      if (expires_after) result.expires_after = expires_after;
      else if (expires_after === null) delete result.expires_after;
      const changed = expires_after === undefined ? result : active(result, now());
      const internal = isExpired(changed, now()) ? from.internal : alive(changed);
      return {
        result: { object: changed, revived: isExpired(from.object, now()) && !isExpired(changed, now()) },
        changes: [{ replace: "vector_store", from, object: changed, internal }],
      };
    });
    if (revived) inStep.begin();
    return shownStore(store, object, now());
  },

  /** Its files stay. */
  async deleteVectorStore({ store, indexer }, { vector_store_id }) {
    await store.commit([{ delete: "vector_store", id: vector_store_id }]);
    await indexer.forgetStore(vector_store_id);
    return { id: vector_store_id, object: "vector_store.deleted", deleted: true };
  },

  async searchVectorStore({ store, index, now }, { vector_store_id, query, ...options }) {
    await find(store, "vector_store", vector_store_id);
    await keepAlive(store, vector_store_id, now());
    const filter = options.filters ?? null;
    if (filter && partsOf(filter) > MAX_FILTER_PARTS) {
      const reason = `it has more than ${MAX_FILTER_PARTS} parts`;
      throw contractError("invalid_value", { param: "filters", reason });
    }
    const queries = Array.isArray(query) ? query : [query];
    const data = await searchStores(store, index, now(), {
      stores: [vector_store_id],
      queries,
      limit: options.max_num_results ?? DEFAULT_RESULTS,
      least: options.ranking_options?.score_threshold ?? 0,
      filter,
    });
    return {
      object: "vector_store.search_results.page",
      search_query: queries,
      data,
      has_more: false,
      next_page: null,
    };
  },
};

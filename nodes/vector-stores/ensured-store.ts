import type { StoreExpiry, VectorStore } from "../../src/contract/objects.ts";
import type { EnsuredKind } from "../shared/ensured.ts";

export interface StoreDefinition {
  name: string;
  /** Null: it never expires. */
  expires_after: StoreExpiry | null;
}

/** Vector stores that exist once for their node. One that has expired answers nobody any more. */
export const ensuredStores: EnsuredKind<StoreDefinition, VectorStore> = {
  list: (api, query, options) => api.listVectorStores(query, options),
  get: (api, vector_store_id, options) => api.getVectorStore({ vector_store_id }, options),
  create: (api, { expires_after, ...described }, options) =>
    api.createVectorStore({ ...described, ...(expires_after ? { expires_after } : {}) }, options),
  update: (api, vector_store_id, described, options) =>
    api.updateVectorStore({ ...described, vector_store_id }, options),
  remove: (api, vector_store_id, options) => api.deleteVectorStore({ vector_store_id }, options),
  isUsable: ({ status }) => status !== "expired",
};

/** New vector stores, files in them and batches, whole. Pure but for their ids. */
import { contractError } from "../../contract/errors.ts";
import { idPrefixes, newId } from "../../contract/ids.ts";
import type { Attributes, File, StaticChunking } from "../../contract/objects.ts";
import type { Request } from "../../contract/requests.ts";
import { AUTO_CHUNKS } from "../../retrieval/chunks.ts";
import type { KeptBatch, KeptStoreFile, KeptVectorStore, VectorStoreInternal } from "../store/kinds.ts";
import type { Change } from "../store/store.ts";
import { storeFileId } from "./shown.ts";

const DAY = 86_400;

type StoreRequest = Pick<Request<"CreateVectorStore">, "name" | "expires_after" | "metadata">;

/** @param now Unix seconds, here and below */
export function newVectorStore(request: StoreRequest, now: number): KeptVectorStore {
  const fresh: KeptVectorStore = {
    id: newId(idPrefixes.vector_store_id),
    object: "vector_store",
    created_at: now,
    name: request.name ?? "",
    last_active_at: now,
    expires_at: null,
    metadata: request.metadata ?? {},
  };
  return active(request.expires_after ? { ...fresh, expires_after: request.expires_after } : fresh, now);
}

/** The vector store when it has been used now: it lives on from here. */
export function active(object: KeptVectorStore, now: number): KeptVectorStore {
  const { expires_after } = object;
  return {
    ...object,
    last_active_at: now,
    expires_at: expires_after ? now + expires_after.days * DAY : null,
  };
}

/** What is kept about a vector store that is alive: when it expires, the index may forget it. */
export const alive = ({ expires_at }: KeptVectorStore): VectorStoreInternal => ({
  forget_at: expires_at ?? null,
});

/** How a file is to be cut, as a request says it. */
export type ChunkingRequest = Request<"CreateVectorStore">["chunking_strategy"];

/** Throws `invalid_value` where more than half of each chunk would be that of the one before. */
export function chunking(request: ChunkingRequest): StaticChunking {
  if (!request || request.type === "auto") return { type: "static", static: { ...AUTO_CHUNKS } };
  const { max_chunk_size_tokens, chunk_overlap_tokens } = request.static;
  if (chunk_overlap_tokens <= max_chunk_size_tokens / 2) return request;
  const param = "chunking_strategy.static.chunk_overlap_tokens";
  throw contractError("invalid_value", { param, reason: "it must be at most half of max_chunk_size_tokens" });
}

/** A file that is to be added to a vector store. */
export interface FileToAdd {
  file_id: string;
  chunking_strategy?: ChunkingRequest;
  attributes?: Attributes | null;
}

export function newStoreFile(
  storeId: string,
  file: File,
  { chunking_strategy, attributes }: FileToAdd,
  batchId: string | null,
  now: number,
): Extract<Change, { insert: "vector_store_file" }> {
  const object: KeptStoreFile = {
    id: storeFileId(storeId, file.id),
    object: "vector_store.file",
    usage_bytes: 0,
    created_at: now,
    vector_store_id: storeId,
    status: "in_progress",
    last_error: null,
    chunking_strategy: chunking(chunking_strategy),
    attributes: attributes ?? {},
    file_id: file.id,
    batch_id: batchId,
  };
  // What is found under it can be traced to the file without looking anything up.
  const entry = `${object.id}/${newId("entry")}`;
  return { insert: "vector_store_file", object, internal: { entry } };
}

export function newBatch(storeId: string, now: number): KeptBatch {
  return {
    id: newId(idPrefixes.batch_id),
    object: "vector_store.files_batch",
    created_at: now,
    vector_store_id: storeId,
  };
}

/** Where a file goes that was uploaded: into a vector store, and no further until it can be searched there. */
import type { Node, NodeAPI, NodeMessage } from "node-red";
import type { AssistantsApi, CallOptions } from "../../src/contract/api.ts";
import type { Attributes, File } from "../../src/contract/objects.ts";
import type { ApiNode } from "../shared/api-node.ts";
import { readAttributes } from "../shared/attributes-field.ts";
import { requireId } from "../shared/fields.ts";
import { requireSearchable, untilIndexed } from "./searchable.ts";

/** Not there in flows that are older than vector stores. */
export interface StoreFields {
  vectorStore?: string;
  /** `none` beside what a TypedInput usually has. */
  vectorStoreType?: string;
  attributes?: string;
  attributesType?: string;
  /** Whether the message goes on only when the file can be searched. */
  wait?: boolean;
  /** For how long it waits at most. */
  waitSeconds?: number | string;
}

const WAIT_SECONDS = 600;

/** A place in a vector store that is there. */
export interface StorePlace {
  vector_store_id: string;
  attributes: Attributes;
}

/**
 * Finds out where a file is to go, before anything is uploaded for it. Null where it goes into no vector store.
 * @throws FlowError `vector_store_missing` or `attributes_invalid`; ContractError `vector_store_not_found`
 */
export async function findPlace(
  RED: NodeAPI,
  node: Node,
  api: AssistantsApi,
  { vectorStore = "", vectorStoreType = "none", attributes = "{}", attributesType = "json" }: StoreFields,
  msg: NodeMessage,
  options: CallOptions,
): Promise<StorePlace | null> {
  if (vectorStoreType === "none") return null;
  const store = { value: vectorStore, type: vectorStoreType };
  const vector_store_id = await requireId(RED, node, store, msg, "vector_store_missing");
  const given = await readAttributes(RED, node, { value: attributes, type: attributesType }, msg);
  await api.getVectorStore({ vector_store_id }, options);
  return { vector_store_id, attributes: given };
}

/** Puts the file there. Whether it waited until the file can be searched. Rejects as the waiting does. */
export async function intoStore(
  { RED, status, closed }: ApiNode,
  api: AssistantsApi,
  file: File,
  { vector_store_id, attributes }: StorePlace,
  { wait = true, waitSeconds = WAIT_SECONDS }: StoreFields,
): Promise<boolean> {
  const name = { vector_store_id, file_id: file.id };
  await api.createVectorStoreFile({ ...name, attributes }, { signal: closed });
  if (!wait) return false;
  const look = (options: CallOptions) => api.getVectorStoreFile(name, options);
  const seconds = waitSeconds === "" ? WAIT_SECONDS : Number(waitSeconds);
  const waiting = { signal: closed, seconds, tell: () => status.busy("indexing") };
  requireSearchable(RED, await untilIndexed(RED, look, waiting), file.filename);
  return true;
}

/** What a node's form says of a vector store. */
import type { Node, NodeAPI, NodeMessage } from "node-red";
import type { Metadata, StoreExpiry } from "../../src/contract/objects.ts";
import { isBlankJson } from "../shared/json-field.ts";
import { readMetadata } from "../shared/metadata-field.ts";
import { renderTemplate } from "../shared/template.ts";

export interface StoreForm {
  storeName: string;
  /** Days without use; empty: nothing is said of it. 0: it never expires. */
  expiryDays: number | string;
  metadata: string;
  metadataType: string;
}

/** What the form leaves empty is not there. */
export interface DescribedStore {
  name?: string;
  /** Null: it never expires. */
  expires_after?: StoreExpiry | null;
  metadata?: Metadata;
}

/**
 * @param msg what templates may use: nothing where the vector store is every message's
 * @throws FlowError `template_invalid`
 */
export async function describeStore(
  RED: NodeAPI,
  node: Node,
  { storeName, expiryDays }: StoreForm,
  msg: NodeMessage,
): Promise<DescribedStore> {
  const described: DescribedStore = {};
  const name = await renderTemplate(RED, node, storeName, msg);
  if (name !== "") described.name = name;
  if (expiryDays !== "") described.expires_after = expiryOf(Number(expiryDays));
  return described;
}

/**
 * The same with what only the vector store of a message can have.
 * @throws FlowError `template_invalid`, `json_invalid` or `metadata_invalid`
 */
export async function describeWithMetadata(
  RED: NodeAPI,
  node: Node,
  form: StoreForm,
  msg: NodeMessage,
): Promise<DescribedStore> {
  const described = await describeStore(RED, node, form, msg);
  const field = { value: form.metadata, type: form.metadataType };
  if (!isBlankJson(field)) described.metadata = await readMetadata(RED, node, field, msg);
  return described;
}

const expiryOf = (days: number): StoreExpiry | null =>
  days === 0 ? null : { anchor: "last_active_at", days };

import type { NodeAPI } from "node-red";

/** Texts that several nodes use stand in the config node's catalog, under `runtime`. */
const CATALOG = "@assistants-flow/node-red-openai-assistants/assistants-config:runtime";

/** The key of a shared text, for a status: the editor translates it into its user's language. */
export const textKey = (key: string) => `${CATALOG}.${key}`;

/** A shared text in the language of the runtime. */
export function text(RED: NodeAPI, key: string, values: Record<string, string | number> = {}): string {
  return RED._(textKey(key), values);
}

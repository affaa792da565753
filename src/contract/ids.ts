import { randomBytes } from "node:crypto";

/** What the id of each object begins with, by the name of the path parameter that carries it. */
export const idPrefixes = {
  assistant_id: "asst",
  thread_id: "thread",
  message_id: "msg",
  run_id: "run",
  step_id: "step",
  file_id: "file",
  upload_id: "upload",
  vector_store_id: "vs",
  batch_id: "vsfb",
} as const;

/** What the id of an upload's part begins with. */
export const PART_PREFIX = "part";

/** What a tool call's id begins with. */
export const TOOL_CALL_PREFIX = "call";

const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** What an id of that prefix begins with: files alone have a hyphen. */
export const beginningOfId = (prefix: string) =>
  prefix === idPrefixes.file_id ? `${prefix}-` : `${prefix}_`;

/** A new random id such as `run_4fGh…`: 24 letters and digits, about 142 bits. */
export function newId(prefix: string): string {
  let id = beginningOfId(prefix);
  while (id.length < prefix.length + 25) {
    for (const byte of randomBytes(32)) {
      // 248 is the largest multiple of 62 in a byte; dropping the rest keeps every character equally likely.
      if (byte < 248 && id.length < prefix.length + 25) id += ALPHABET[byte % 62];
    }
  }
  return id;
}

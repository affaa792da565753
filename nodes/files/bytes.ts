import { isAnyArrayBuffer } from "node:util/types";

/**
 * Text or binary data as bytes; null for anything else. What a Function node makes is of another realm, where
 * `instanceof` knows nothing.
 */
export function asBytes(value: unknown): Uint8Array | null {
  if (typeof value === "string") return Buffer.from(value);
  if (ArrayBuffer.isView(value)) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  return isAnyArrayBuffer(value) ? Buffer.from(value) : null;
}

import type { NodeAPI } from "node-red";
import type { FileContent } from "../../src/contract/objects.ts";
import { flowError } from "../shared/flow-error.ts";
import { MEGABYTE, type Transfers } from "./transfers.ts";

/**
 * Reads the content of a file into memory, and no more than it may hold.
 * @throws FlowError `file_over_limit`
 */
export async function readWhole(
  RED: NodeAPI,
  { content, bytes }: FileContent,
  megabytes: number,
  transfers: Transfers,
): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  let read = 0;
  // A reader that stops lets go of what stands behind the content, so a size that is too large is no reason to throw
  // before the loop.
  for await (const piece of transfers.counted(content, bytes)) {
    read += piece.length;
    if (Math.max(read, bytes ?? 0) > megabytes * MEGABYTE) {
      throw flowError(RED, "file_over_limit", { limit: megabytes });
    }
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

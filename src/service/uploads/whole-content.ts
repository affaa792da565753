/** The parts of an upload as one content. */
import { createHash } from "node:crypto";
import { contractError } from "../../contract/errors.ts";
import type { Upload } from "../../contract/objects.ts";
import type { FileDisk } from "../files/file-disk.ts";
import type { Stored } from "../store/store.ts";

/**
 * The ids again, when they are all there and hold what was announced. Throws `upload_part_not_found` and
 * `upload_size_mismatch`.
 */
export function checkParts(
  { bytes }: Upload,
  parts: readonly Stored<"upload_part">[],
  ids: readonly string[],
): void {
  const known = new Map(parts.map(({ object, internal }) => [object.id, internal.bytes]));
  let found = 0;
  for (const id of ids) {
    const size = known.get(id);
    if (size === undefined) throw contractError("upload_part_not_found", { id });
    found += size;
  }
  if (found !== bytes) throw contractError("upload_size_mismatch", { found, expected: bytes });
}

/** Reads parts one after the other. Rejects with `upload_md5_mismatch` at the end where that is not their MD5. */
export async function* wholeContent(
  disk: Pick<FileDisk, "read">,
  ids: readonly string[],
  md5: string | undefined,
): AsyncGenerator<Uint8Array, void> {
  const hash = md5 === undefined ? null : createHash("md5");
  for (const id of ids) {
    for await (const piece of disk.read(id)) {
      hash?.update(piece);
      yield piece;
    }
  }
  const found = hash?.digest("hex");
  if (md5 !== undefined && found !== undefined && found !== md5.toLowerCase()) {
    throw contractError("upload_md5_mismatch", { found, expected: md5 });
  }
}

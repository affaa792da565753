import { ContractError, contractError } from "../../contract/errors.ts";
import type { FileToUpload } from "../../contract/file-to-upload.ts";
import { orAborted } from "../or-aborted.ts";
import type { Arriving } from "./file-disk.ts";

/**
 * The content of an upload, piece by piece, and no more of it than may be. Rejects with `file_too_large`, with
 * `content_unreadable` where its source fails, and when the signal aborts, at once: with its reason where that is a
 * ContractError, else with `call_aborted`. Its source is told when it is read no further.
 */
export async function* piecesOf(
  content: FileToUpload["content"],
  { field, maxBytes }: Pick<Arriving, "field" | "maxBytes">,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void> {
  const source = (content instanceof Uint8Array ? single(content) : content)[Symbol.asyncIterator]();
  let ended = false;
  let bytes = 0;
  try {
    for (;;) {
      if (signal.aborted) throw signal.reason;
      const next = await orAborted(source.next(), signal);
      ended = next.done === true;
      if (next.done) return;
      const piece: unknown = next.value;
      if (!(piece instanceof Uint8Array)) {
        throw contractError("invalid_type", { param: `${field}.content`, expected: "pieces of Uint8Array" });
      }
      bytes += piece.length;
      if (bytes > maxBytes) throw contractError("file_too_large", { limit: maxBytes });
      yield piece;
    }
  } catch (error) {
    if (error instanceof ContractError) throw error;
    if (signal.aborted && error === signal.reason) throw contractError("call_aborted", {}, { cause: error });
    ended = true;
    const reason = error instanceof Error ? error.message.replace(/\.$/, "") : String(error);
    throw contractError("content_unreadable", { reason }, { cause: error });
  } finally {
    // Not waited for: a source that hangs would hang its reader. What it says now changes nothing.
    if (!ended) source.return?.().then(undefined, () => {});
  }
}

async function* single(content: Uint8Array): AsyncGenerator<Uint8Array, void> {
  yield content;
}

/** Answers whose body is the bytes of a file. */
import type { FileContent } from "../../contract/objects.ts";

/** What is said of the bytes. They come from whoever uploaded them: no browser is to show or run them. */
export function contentHeaders({ type, bytes, name }: FileContent): Record<string, string> {
  return {
    "content-type": type,
    "content-disposition": disposition(name),
    "x-content-type-options": "nosniff",
    ...(bytes === null ? {} : { "content-length": String(bytes) }),
  };
}

/** The name twice (RFC 6266): in ASCII for old readers, and whole. */
function disposition(name: string | null): string {
  if (name === null) return "attachment";
  const ascii = name.replace(/[^\x20-\x7e]|["\\%]/g, "_");
  const whole = encodeURIComponent(name).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${ascii}"; filename*=UTF-8''${whole}`;
}

/** The pieces of a content whose first has been taken already. Who stops reading them stops the content. */
export async function* piecesAfter(
  first: IteratorResult<Uint8Array, unknown>,
  pieces: AsyncIterator<Uint8Array, unknown>,
  onError: (error: unknown) => void,
): AsyncGenerator<Uint8Array, void> {
  try {
    for (let piece = first; !piece.done; piece = await pieces.next()) yield piece.value;
  } catch (error) {
    onError(error);
    throw error;
  } finally {
    // Not waited for: it only says that nobody reads any more.
    pieces.return?.().then(undefined, () => {});
  }
}

/** Answers whose body is the bytes of a file. */
import { UNKNOWN_TYPE } from "../../contract/file-to-upload.ts";
import type { FileContent } from "../../contract/objects.ts";
import { askedRange, contentRange } from "./content-range.ts";

export interface ChosenBytes {
  status: 200 | 206;
  content: AsyncIterable<Uint8Array>;
  /** What is said of the choice. */
  headers: Record<string, string>;
}

/**
 * All bytes, or the range that a request asks for; null where it lies behind the end.
 * @param tag the bytes' entity tag
 */
export function chooseBytes(
  { content, bytes, range }: FileContent,
  tag: string,
  asked: { readonly range?: string | undefined; readonly "if-range"?: string | string[] | undefined },
): ChosenBytes | null {
  if (bytes === null) return { status: 200, content, headers: {} };
  if (range === undefined) return { status: 200, content, headers: length(bytes) };
  const headers = { "accept-ranges": "bytes", etag: tag };
  const applies = asked["if-range"] === undefined || asked["if-range"] === tag;
  const wanted = applies ? askedRange(asked.range, bytes) : "all";
  if (wanted === "none") return null;
  if (wanted === "all") return { status: 200, content, headers: { ...headers, ...length(bytes) } };
  const { first, last } = wanted;
  return {
    status: 206,
    content: range(first, last),
    headers: { ...headers, ...length(last - first + 1), "content-range": contentRange(wanted, bytes) },
  };
}

const length = (bytes: number) => ({ "content-length": String(bytes) });

/** What a header may hold. A server that is asked in turn may name types that no header takes. */
const HEADER_VALUE = /^[\t\x20-\x7e]+$/;

/** What is said of the bytes. They come from whoever uploaded them: no browser is to show or run them. */
export function contentHeaders({ type, name }: FileContent): Record<string, string> {
  return {
    "content-type": HEADER_VALUE.test(type) ? type : UNKNOWN_TYPE,
    "content-disposition": disposition(name),
    "x-content-type-options": "nosniff",
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

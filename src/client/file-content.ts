/** The bytes of a file, as a client's caller gets them. */
import { ContractError, contractError } from "../contract/errors.ts";
import { UNKNOWN_TYPE } from "../contract/file-to-upload.ts";
import type { FileContent } from "../contract/objects.ts";
import { reasonOf } from "./error-answers.ts";
import type { WireRequest } from "./request.ts";
import type { OpenStream } from "./transport.ts";

/**
 * What an answer says of its bytes, and the bytes. They reject with `content_broken` where there come less than
 * were announced, and where nobody has begun to read them for so many seconds, since a connection waits for it.
 */
export function fileContent(request: WireRequest, stream: OpenStream, seconds: number): FileContent {
  const { headers } = stream;
  const written = headers["content-length"];
  const bytes = written !== undefined && /^\d+$/.test(written) ? Number(written) : null;
  const unread = setTimeout(() => stream.drop(), seconds * 1000).unref();
  return {
    content: pieces(request, stream, bytes, () => clearTimeout(unread)),
    type: headers["content-type"] ?? UNKNOWN_TYPE,
    bytes,
    name: fileName(headers["content-disposition"] ?? ""),
  };
}

async function* pieces(
  { method, url }: WireRequest,
  stream: OpenStream,
  announced: number | null,
  begun: () => void,
): AsyncGenerator<Uint8Array, void> {
  begun();
  const broken = (reason: string, cause?: unknown) =>
    contractError("content_broken", { method, url, reason }, { cause });
  let bytes = 0;
  try {
    for (let piece = await stream.read(); piece !== null; piece = await stream.read()) {
      bytes += piece.length;
      yield piece;
    }
    if (announced !== null && bytes !== announced) throw broken(`${bytes} of ${announced} bytes came`);
  } catch (error) {
    throw error instanceof ContractError ? error : broken(reasonOf(error), error);
  } finally {
    stream.drop();
  }
}

/** The name in a Content-Disposition header, without a path; null where there is none. */
function fileName(disposition: string): string | null {
  const [, encoded] = /;\s*filename\*\s*=\s*UTF-8''([^;\s]+)/i.exec(disposition) ?? [];
  const [, quoted, token] = /;\s*filename\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s]+))/i.exec(disposition) ?? [];
  const name = decoded(encoded) ?? quoted?.replace(/\\(.)/g, "$1") ?? token;
  return name?.split(/[/\\]/).at(-1) || null;
}

function decoded(text: string | undefined): string | null {
  try {
    return text === undefined ? null : decodeURIComponent(text);
  } catch {
    return null;
  }
}

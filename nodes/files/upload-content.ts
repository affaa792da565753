/** What a node uploads: a text, binary data or a stream from a property, or a file of the disk. */
import type { Readable } from "node:stream";
import type { Node, NodeAPI, NodeMessage } from "node-red";
import type { FileToUpload } from "../../src/contract/file-to-upload.ts";
import { type Field, readField } from "../shared/fields.ts";
import { flowError } from "../shared/flow-error.ts";
import { renderTemplate } from "../shared/template.ts";
import { asBytes } from "./bytes.ts";
import { openFile } from "./path-on-disk.ts";
import { asStream, openPieces } from "./pieces.ts";

/** The content of one upload. Its owner closes it when the upload has ended, however it ended. */
export interface UploadContent {
  content: FileToUpload["content"];
  /** How many bytes it has; null where only its end will tell. */
  bytes: number | null;
  /** Its media type, where it is known. */
  type?: string;
  /** What it is called where nobody has given it a name. */
  name?: string;
  close(): void;
}

/** The field's type that names a path: the disk is read only where the author chose it. */
export const PATH = "path";

/**
 * Opens what a field holds or names; a stream must have something in it.
 * @throws FlowError `file_content_missing`, `file_content_invalid`, `path_missing`, `path_unreadable`,
 *   `path_no_file` or `template_invalid`; ContractError `content_unreadable`
 */
export async function openContent(
  RED: NodeAPI,
  node: Node,
  field: Field,
  msg: NodeMessage,
  signal: AbortSignal,
): Promise<UploadContent> {
  if (field.type === PATH) {
    const written = await renderTemplate(RED, node, field.value, msg);
    if (written.trim() === "") throw flowError(RED, "path_missing", { template: field.value });
    const { path, name, stream, bytes } = await openFile(RED, written);
    return { ...(await streamed(RED, path, stream, signal)), name, bytes };
  }
  const where = `${field.type}.${field.value}`;
  const value = await readField(RED, node, field, msg);
  const content = asBytes(value ?? "");
  if (content) return whole(RED, where, content, typeof value === "string");
  return streamed(RED, where, streamIn(RED, where, value), signal);
}

function whole(RED: NodeAPI, field: string, content: Uint8Array, isText: boolean): UploadContent {
  const bytes = content.length;
  if (bytes === 0) throw flowError(RED, "file_content_missing", { field });
  const known = isText ? { type: "text/plain", name: "text.txt" } : {};
  return { content, bytes, ...known, close: () => {} };
}

async function streamed(
  RED: NodeAPI,
  field: string,
  stream: Readable,
  signal: AbortSignal,
): Promise<UploadContent> {
  const content = await openPieces(stream, { signal });
  if (!content) throw flowError(RED, "file_content_missing", { field });
  return { content, bytes: null, close: () => stream.destroy() };
}

function streamIn(RED: NodeAPI, field: string, value: unknown): Readable {
  try {
    const stream = asStream(value);
    if (stream) return stream;
  } catch (error) {
    // It is being read already.
    throw flowError(RED, "file_content_missing", { field }, error);
  }
  throw flowError(RED, "file_content_invalid", { field });
}

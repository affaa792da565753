/** Forms (multipart/form-data) as they go onto the wire. */
import { randomBytes } from "node:crypto";
import { ContractError, contractError } from "../contract/errors.ts";
import { type FileToUpload, UNKNOWN_TYPE } from "../contract/file-to-upload.ts";
import { reasonOf } from "./error-answers.ts";

/** Bytes. */
const SLICE = 1024 * 1024;

/** The body of a request that is a form with a file. */
export interface FormBody {
  /** Its media type, which names what stands between the parts. */
  readonly type: string;
  /** Bytes; null where nobody knows before the content has been read. */
  readonly length: number | null;
  /** Whether it can be sent from its beginning: always, or until a content that can be read once has been begun. */
  isWhole(): boolean;
  /** Its bytes from the beginning. Rejects with `content_unreadable` where the content fails. */
  open(): AsyncGenerator<Uint8Array, void>;
}

/** @param form the name of the field that is the file */
export function formBody(form: string, file: FileToUpload, fields: readonly [string, unknown][]): FormBody {
  const boundary = `form-${randomBytes(18).toString("base64url")}`;
  const { content } = file;
  const field = ([name, value]: [string, string]) =>
    `--${boundary}\r\ncontent-disposition: form-data; name=${quoted(name)}\r\n\r\n${value}\r\n`;
  const fieldsText = (entries: readonly [string, unknown][]) =>
    entries
      .flatMap(([name, value]) => textFields(name, value))
      .map(field)
      .join("");
  const head = Buffer.from(
    `${fieldsText(fields)}--${boundary}\r\ncontent-disposition: form-data; name=${quoted(form)}; filename=${quoted(file.name)}\r\n` +
      `content-type: ${file.type ?? UNKNOWN_TYPE}\r\n\r\n`,
  );
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
  let begun = false;

  async function* open() {
    yield head;
    begun = true;
    yield* content instanceof Uint8Array ? slices(content) : readable(content);
    yield tail;
  }
  const known = content instanceof Uint8Array;
  return {
    type: `multipart/form-data; boundary=${boundary}`,
    length: known ? head.length + content.length + tail.length : null,
    isWhole: () => known || !begun,
    open,
  };
}

/** Nothing of a name can end the quotes or the line that it stands in. */
const quoted = (name: string) =>
  `"${name.replace(/["\\]/g, "\\$&").replace(/\p{Cc}/gu, (character) => encodeURIComponent(character))}"`;

/** The fields that a parameter becomes: one for each property of an object. */
function textFields(name: string, value: unknown): [string, string][] {
  if (value === undefined || value === null) return [];
  if (typeof value !== "object") return [[name, String(value)]];
  return Object.entries(value).flatMap(([property, inner]) => textFields(`${name}[${property}]`, inner));
}

/** Piece by piece, so that the progress of a long one is seen. */
function* slices(content: Uint8Array): Generator<Uint8Array, void> {
  for (let at = 0; at < content.length; at += SLICE) yield content.subarray(at, at + SLICE);
}

async function* readable(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  try {
    yield* content;
  } catch (error) {
    if (error instanceof ContractError) throw error;
    throw contractError("content_unreadable", { reason: reasonOf(error) }, { cause: error });
  }
}

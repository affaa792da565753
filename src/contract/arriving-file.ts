import type { FileToUpload } from "./file-to-upload.ts";

/**
 * A file out of a form that is read while it arrives: more of the operation's parameters may follow it, and are
 * known only when its content has been read to its end.
 */
export class ArrivingFile implements FileToUpload {
  readonly name: string;
  readonly type: string;
  readonly content: AsyncIterable<Uint8Array>;
  readonly #later: () => Record<string, unknown>;

  constructor({ name, type, content }: Omit<ArrivingFile, "later">, later: () => Record<string, unknown>) {
    this.name = name;
    this.type = type;
    this.content = content;
    this.#later = later;
  }

  /** The parameters that have followed the content. */
  later(): Record<string, unknown> {
    return this.#later();
  }
}

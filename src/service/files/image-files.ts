/** The images that lie in files, read as a model is shown them. */
import { ContractError } from "../../contract/errors.ts";
import { isExpired } from "../expired.ts";
import type { Store } from "../store/store.ts";
import type { FileDisk } from "./file-disk.ts";
import { imageType } from "./image-type.ts";

/** An image in base64, or why there is none to be seen. */
export type FileImage = { media_type: string; data: string; bytes: number } | { unseen: string };

/** Bytes. Some providers take less, none takes more. */
export const MAX_IMAGE_BYTES = 20_000_000;

const GONE: FileImage = { unseen: "it has been deleted" };
const TOO_LARGE: FileImage = { unseen: `it is larger than ${MAX_IMAGE_BYTES / 1_000_000} MB` };
const NO_IMAGE: FileImage = { unseen: "it is no PNG, JPEG, GIF or WebP" };

export interface ImageFilesSettings {
  store: Pick<Store, "get">;
  disk: Pick<FileDisk, "read">;
  /** Unix seconds. */
  now(): number;
}

export class ImageFiles {
  readonly #settings: ImageFilesSettings;
  readonly #reading = new Map<string, Promise<FileImage>>();

  constructor(settings: ImageFilesSettings) {
    this.#settings = settings;
  }

  /**
   * The image of a file; those who want it at once share one reading. Rejects only where the store or the disk fails,
   * with `store_unavailable` or `files_unavailable`.
   */
  read(id: string): Promise<FileImage> {
    const reading = this.#reading.get(id) ?? this.#read(id).finally(() => this.#reading.delete(id));
    this.#reading.set(id, reading);
    return reading;
  }

  async #read(id: string): Promise<FileImage> {
    const { store, disk, now } = this.#settings;
    const stored = await store.get("file", id);
    if (!stored || isExpired(stored.object, now())) return GONE;
    if (stored.object.bytes > MAX_IMAGE_BYTES) return TOO_LARGE;
    const encoded: string[] = [];
    let rest: Uint8Array = new Uint8Array();
    let type: string | null = null;
    try {
      // Encoded as it is read: all at once it would hold up everything else.
      for await (const piece of disk.read(id)) {
        type ??= imageType(Buffer.from(piece.buffer, piece.byteOffset, piece.length));
        if (type === null) return NO_IMAGE;
        const bytes = Buffer.concat([rest, piece]);
        const whole = bytes.length - (bytes.length % 3);
        encoded.push(bytes.toString("base64", 0, whole));
        rest = bytes.subarray(whole);
      }
    } catch (error) {
      // It was deleted after it had been found.
      if (error instanceof ContractError && error.code === "file_not_found") return GONE;
      throw error;
    }
    if (type === null) return NO_IMAGE;
    encoded.push(Buffer.from(rest).toString("base64"));
    return { media_type: type, data: encoded.join(""), bytes: stored.object.bytes };
  }
}

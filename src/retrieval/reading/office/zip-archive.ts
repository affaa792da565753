import { inflateRawSync } from "node:zlib";
import { UnreadableFile } from "../unreadable-file.ts";

/** What an office document may be made of. A bomb of a few kilobytes unpacks to gigabytes. */
const MAX_ENTRIES = 10_000;
const MAX_UNPACKED = 256 * 1024 * 1024;

const LOCAL_HEADER = 0x04034b50;
const DIRECTORY_ENTRY = 0x02014b50;
const DIRECTORY_END = 0x06054b50;
/** The fixed part of each, in bytes; a comment of up to 64 KB may follow the end. */
const LOCAL_SIZE = 30;
const ENTRY_SIZE = 46;
const END_SIZE = 22;
const MAX_COMMENT = 0xffff;

const ENCRYPTED = 1;
const STORED = 0;
const DEFLATED = 8;

interface Entry {
  flags: number;
  method: number;
  packed: number;
  at: number;
}

/** The parts of an office document. Only what is asked for is unpacked, and never more than the limit. */
export class ZipArchive {
  readonly #bytes: Buffer;
  readonly #entries = new Map<string, Entry>();
  #left = MAX_UNPACKED;

  /** @throws UnreadableFile where it is broken or has too many parts */
  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    try {
      this.#readDirectory();
    } catch (error) {
      throw asBroken(error);
    }
  }

  /** A part unpacked; null where there is none of this name. */
  read(name: string): Buffer | null {
    const entry = this.#entries.get(name.toLowerCase());
    if (!entry) return null;
    try {
      const part = this.#unpacked(entry);
      this.#left -= part.length;
      return part;
    } catch (error) {
      throw asBroken(error);
    }
  }

  #readDirectory(): void {
    const end = this.#endOfDirectory();
    const count = this.#bytes.readUInt16LE(end + 10);
    if (count > MAX_ENTRIES) throw tooLarge();
    let at = this.#bytes.readUInt32LE(end + 16);
    for (let index = 0; index < count; index += 1) {
      if (this.#bytes.readUInt32LE(at) !== DIRECTORY_ENTRY) throw broken();
      const nameEnd = at + ENTRY_SIZE + this.#bytes.readUInt16LE(at + 28);
      // Names are looked up and never become paths of the disk.
      this.#entries.set(this.#bytes.toString("utf8", at + ENTRY_SIZE, nameEnd).toLowerCase(), {
        flags: this.#bytes.readUInt16LE(at + 8),
        method: this.#bytes.readUInt16LE(at + 10),
        packed: this.#bytes.readUInt32LE(at + 20),
        at: this.#bytes.readUInt32LE(at + 42),
      });
      at = nameEnd + this.#bytes.readUInt16LE(at + 30) + this.#bytes.readUInt16LE(at + 32);
    }
  }

  #endOfDirectory(): number {
    const last = this.#bytes.length - END_SIZE;
    for (let at = last; at >= Math.max(0, last - MAX_COMMENT); at -= 1) {
      if (this.#bytes.readUInt32LE(at) === DIRECTORY_END) return at;
    }
    throw broken();
  }

  #unpacked({ flags, method, packed, at }: Entry): Buffer {
    if (this.#bytes.readUInt32LE(at) !== LOCAL_HEADER) throw broken();
    if (flags & ENCRYPTED) {
      throw new UnreadableFile("invalid_file", "The document is encrypted. Save it without a password.");
    }
    const start = at + LOCAL_SIZE + this.#bytes.readUInt16LE(at + 26) + this.#bytes.readUInt16LE(at + 28);
    const data = this.#bytes.subarray(start, start + packed);
    if (method === STORED && data.length <= this.#left) return data;
    if (method !== DEFLATED) throw method === STORED ? tooLarge() : broken();
    if (this.#left <= 0) throw tooLarge();
    return inflateRawSync(data, { maxOutputLength: this.#left });
  }
}

const broken = () =>
  new UnreadableFile("invalid_file", "The document is cut off or broken. Save it anew and upload that.");

const tooLarge = () =>
  new UnreadableFile(
    "invalid_file",
    `The document unpacks to more than ${MAX_UNPACKED / 1024 / 1024} MB or ${MAX_ENTRIES} parts. Split it.`,
  );

/** What stands at a wrong place is found by reading past the end, or by what zlib says of it. */
function asBroken(error: unknown): unknown {
  if (error instanceof UnreadableFile || !(error instanceof Error)) return error;
  return "code" in error && error.code === "ERR_BUFFER_TOO_LARGE" ? tooLarge() : broken();
}

/**
 * The bytes of files, each under its id in a directory of its own beside the database. Bytes come before their row
 * and go after it, so whatever a crash leaves is bytes without a row, which the next start sweeps away.
 */
import { mkdir, open, opendir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { ContractError, contractError } from "../../contract/errors.ts";
import { type FileToUpload, UNKNOWN_TYPE } from "../../contract/file-to-upload.ts";
import { beginningOfId, idPrefixes, newId, PART_PREFIX } from "../../contract/ids.ts";
import { piecesOf } from "./content-pieces.ts";
import { syncDirectory } from "./sync-directory.ts";

/** What arrives: the parameter that it comes as, what its id begins with, and how many bytes it may have. */
export interface Arriving {
  readonly field: string;
  readonly prefix: string;
  readonly maxBytes: number;
}

/** A file whose bytes are on the disk, under an id that no object has yet. */
export interface ReceivedFile {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly bytes: number;
  /** Keeps the bytes once `commit` has written what they belong to; before it they are where they stay, durably. */
  keep<T>(commit: () => Promise<T>): Promise<T>;
}

export interface FileDiskSettings {
  /** The data directory. */
  directory: string;
  /** Whether there is an object that the bytes under this id belong to. */
  isKept(id: string): Promise<boolean>;
  /** Told of bytes that could not be removed; they are swept at the next start. */
  onError(error: unknown): void;
}

/** What bytes are called that are still arriving. */
const INCOMING = ".incoming";
const PREFIXES = [idPrefixes.file_id, PART_PREFIX].map(beginningOfId).join("|");
const OURS = new RegExp(`^((?:${PREFIXES})[0-9A-Za-z]+)(\\.incoming)?$`);
const READ_BYTES = 64 * 1024;

export class FileDisk {
  readonly #settings: FileDiskSettings;
  readonly #directory: string;
  /** Ids whose bytes are no orphans though they have no object: their upload is under way. */
  readonly #arriving = new Set<string>();
  readonly #closing = new AbortController();
  readonly #work = new Set<Promise<unknown>>();
  #ready: Promise<void> | null = null;

  constructor(settings: FileDiskSettings) {
    this.#settings = settings;
    this.#directory = join(settings.directory, "files");
  }

  /**
   * Writes the content of a file to the disk and hands it to `use`. What `use` does not keep leaves nothing.
   * Rejects as `piecesOf` does, with `files_unavailable` where the disk fails, and with what `use` rejects with.
   */
  receive<T>(
    file: FileToUpload,
    arriving: Arriving,
    use: (received: ReceivedFile) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T> {
    return this.#track(this.#receive(file, arriving, use, signal));
  }

  /** Where the bytes of a file are. */
  pathOf(id: string): string {
    return join(this.#directory, id);
  }

  /**
   * Reads bytes piece by piece; nothing is opened before the first is asked for.
   * @param last the place of the last byte, where not all that follow the first are wanted
   */
  async *read(
    id: string,
    signal?: AbortSignal,
    first = 0,
    last = Number.POSITIVE_INFINITY,
  ): AsyncGenerator<Uint8Array, void> {
    const file = await this.#attempt(() => open(join(this.#directory, id)).catch(goneIsNotFound(id)));
    try {
      for (let at = first; at <= last; ) {
        if (signal?.aborted) throw contractError("call_aborted", {}, { cause: signal.reason });
        this.#closing.signal.throwIfAborted();
        const room = Buffer.allocUnsafe(Math.min(READ_BYTES, last - at + 1));
        const { bytesRead, buffer } = await this.#attempt(() => file.read(room, 0, room.length, at));
        if (bytesRead === 0) return;
        at += bytesRead;
        yield buffer.subarray(0, bytesRead);
      }
    } finally {
      await file.close();
    }
  }

  /** Removes bytes whose object is gone. Whoever is reading them reads on. */
  async remove(id: string): Promise<void> {
    try {
      await rm(join(this.#directory, id), { force: true });
    } catch (error) {
      this.#settings.onError(error);
    }
  }

  /** Removes what an earlier process has left without an object, one by one. */
  sweep(): Promise<void> {
    return this.#track(this.#sweep());
  }

  /** Gives up what is arriving and being read; fulfilled when nothing is written any more. */
  async close(): Promise<void> {
    this.#closing.abort(contractError("service_closed"));
    await Promise.allSettled(this.#work);
  }

  async #track<T>(work: Promise<T>): Promise<T> {
    this.#work.add(work);
    try {
      return await work;
    } finally {
      this.#work.delete(work);
    }
  }

  async #receive<T>(
    { name, type = UNKNOWN_TYPE, content }: FileToUpload,
    arriving: Arriving,
    use: (received: ReceivedFile) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T> {
    const stop = AbortSignal.any(signal ? [signal, this.#closing.signal] : [this.#closing.signal]);
    const id = newId(arriving.prefix);
    this.#arriving.add(id);
    let kept = false;
    try {
      await this.#prepare();
      const bytes = await this.#write(id, piecesOf(content, arriving, stop));
      const keep = async <Result>(commit: () => Promise<Result>) => {
        await this.#settle(id);
        const result = await commit();
        kept = true;
        return result;
      };
      return await use({ id, name, type, bytes, keep });
    } finally {
      if (!kept) await this.#discard(id);
      this.#arriving.delete(id);
    }
  }

  /** Makes the directory, durably, before the first file. */
  #prepare(): Promise<void> {
    const prepare = async () => {
      await mkdir(this.#directory, { recursive: true });
      await syncDirectory(this.#settings.directory);
    };
    this.#ready ??= this.#attempt(prepare).catch((error: unknown) => {
      this.#ready = null;
      throw error;
    });
    return this.#ready;
  }

  #write(id: string, pieces: AsyncIterable<Uint8Array>): Promise<number> {
    return this.#attempt(async () => {
      const file = await open(join(this.#directory, id + INCOMING), "wx", 0o600);
      try {
        await file.writeFile(pieces);
        await file.sync();
        return (await file.stat()).size;
      } finally {
        await file.close();
      }
    });
  }

  #settle(id: string): Promise<void> {
    return this.#attempt(async () => {
      await rename(join(this.#directory, id + INCOMING), join(this.#directory, id));
      await syncDirectory(this.#directory);
    });
  }

  async #discard(id: string): Promise<void> {
    await this.remove(id + INCOMING);
    // A commit that failed may have been written all the same; where nobody can say, the next start will know.
    const kept = await this.#settings.isKept(id).catch(() => true);
    if (!kept) await this.remove(id);
  }

  async #sweep(): Promise<void> {
    try {
      for await (const { name } of await opendir(this.#directory)) {
        if (this.#closing.signal.aborted) return;
        const [, id = "", incoming] = OURS.exec(name) ?? [];
        // Looked up in this order: an upload that ends in between has its object by then.
        if (id === "" || this.#arriving.has(id)) continue;
        if (incoming !== undefined || !(await this.#settings.isKept(id))) await this.remove(name);
      }
    } catch (error) {
      if (codeOf(error) !== "ENOENT" && !this.#closing.signal.aborted) this.#settings.onError(error);
    }
  }

  async #attempt<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof ContractError) throw error;
      // Not the message, which holds the path.
      throw contractError("files_unavailable", { reason: codeOf(error) }, { cause: error });
    }
  }
}

/** It was there when somebody asked for it, and has been deleted before they read it. */
const goneIsNotFound = (id: string) => (error: unknown) => {
  throw codeOf(error) === "ENOENT" ? contractError("file_not_found", { id }) : error;
};

const codeOf = (error: unknown) =>
  error instanceof Error && "code" in error ? String(error.code) : "unknown error";

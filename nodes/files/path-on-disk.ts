import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { basename, resolve } from "node:path";
import type { Readable } from "node:stream";
import type { NodeAPI } from "node-red";
import { flowError } from "../shared/flow-error.ts";

/** A file of the disk, open for reading. Destroying the stream closes it. */
export interface FileOnDisk {
  path: string;
  name: string;
  stream: Readable;
  /** Its size as the disk tells it; null where that says nothing, as in /proc. */
  bytes: number | null;
}

/**
 * Opens a file. A relative path begins where it does for Node-RED's own file nodes.
 * @throws FlowError `path_unreadable` or `path_no_file`
 */
export async function openFile(RED: NodeAPI, written: string): Promise<FileOnDisk> {
  const path = resolve(workingDirectory(RED), written);
  const unreadable = (error: unknown) => {
    const reason = error instanceof Error ? error.message.replace(/, \w+( '.*')?$/s, "") : String(error);
    return flowError(RED, "path_unreadable", { path, reason }, error);
  };
  // Without this flag a named pipe that nobody writes into would be opened for ever.
  const flags = constants.O_RDONLY | constants.O_NONBLOCK;
  const handle = await open(path, flags).catch((error: unknown) => {
    throw unreadable(error);
  });
  const bytes = await sizeOf(handle).catch(async (error: unknown) => {
    await handle.close();
    throw unreadable(error);
  });
  if (bytes === undefined) {
    await handle.close();
    throw flowError(RED, "path_no_file", { path });
  }
  return { path, name: basename(path), stream: handle.createReadStream(), bytes: bytes === 0 ? null : bytes };
}

/** Undefined for what is no file: a directory, a device. */
async function sizeOf(handle: FileHandle): Promise<number | undefined> {
  const stat = await handle.stat();
  return stat.isFile() ? stat.size : undefined;
}

function workingDirectory(RED: NodeAPI): string {
  const { settings } = RED;
  const directory = "fileWorkingDirectory" in settings ? settings.fileWorkingDirectory : undefined;
  return typeof directory === "string" ? directory : process.cwd();
}

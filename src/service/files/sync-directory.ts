import { open } from "node:fs/promises";

/** Makes durable what a directory holds: which names, not the files' bytes. Windows has no call for it. */
export async function syncDirectory(path: string): Promise<void> {
  if (process.platform === "win32") return;
  const directory = await open(path);
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

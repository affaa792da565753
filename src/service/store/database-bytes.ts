import { stat } from "node:fs/promises";

/** What a SQLite database takes on the disk, its log included. */
export async function databaseBytes(file: string): Promise<number> {
  const bytes = await Promise.all([file, `${file}-wal`].map(bytesOf));
  return bytes.reduce((sum, one) => sum + one, 0);
}

async function bytesOf(file: string): Promise<number> {
  try {
    return (await stat(file)).size;
  } catch {
    // Such as the log of a database that has just been closed.
    return 0;
  }
}

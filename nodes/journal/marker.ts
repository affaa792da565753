/**
 * A file that is there while the journal may hold questions, so that a start that has none to take up need not
 * open the database.
 */
import { existsSync } from "node:fs";
import { mkdir, open, rm } from "node:fs/promises";
import { join } from "node:path";

const MARKER_FILE = "open-questions";

const fileIn = (directory: string) => join(directory, MARKER_FILE);

/** Whether the last process may have left questions. */
export function isMarked(directory: string): boolean {
  return existsSync(fileIn(directory));
}

/** Durable when the promise is fulfilled. */
export async function mark(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  const file = await open(fileIn(directory), "w");
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

export async function unmark(directory: string): Promise<void> {
  await rm(fileIn(directory), { force: true });
}

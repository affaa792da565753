/** What reading one file may take: past it the file is refused, and nothing else falls. */

/** How long the next part of a file may take. */
export const READING_MS = 120_000;

/** Memory in which JavaScript's objects lie, and all the memory of the process. */
export const HEAP_MB = 512;
export const MEMORY_MB = 1024;

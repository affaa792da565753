/**
 * A thread beside the one that reads, which may be deep in a document and hear nothing. Of the memory that a
 * process takes, Node limits the objects alone, and not the buffers that a document is unpacked into.
 */
import { MEMORY_MB } from "./reading-limits.ts";

const EVERY_MS = 50;
const service = process.ppid;

setInterval(() => {
  const tooMuch = process.memoryUsage.rss() > MEMORY_MB * 1024 * 1024;
  // A service that was killed cannot stop what reads for it.
  if (tooMuch || process.ppid !== service) process.kill(process.pid, "SIGKILL");
}, EVERY_MS);

import type { Reply, Report } from "../protocol.ts";

/** Tells the tests. */
export function report(message: Report | Reply<unknown>): void {
  process.send?.(message);
}

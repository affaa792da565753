import { setTimeout as timer } from "node:timers/promises";

/** Waits; ends early, without an error, when the signal aborts. Where `ref` is false it keeps no process alive. */
export async function pause(milliseconds: number, signal: AbortSignal, ref = true): Promise<void> {
  await timer(milliseconds, undefined, { signal, ref }).catch(() => {});
}

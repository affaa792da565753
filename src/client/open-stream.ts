import { setImmediate as turn } from "node:timers/promises";
import type { Dispatcher } from "undici";
import type { Attempt } from "./attempt.ts";

/** A stream of events that has begun, read piece by piece. */
export interface OpenStream {
  kind: "stream";
  headers: Readonly<Record<string, string>>;
  /** The next bytes; null at the end. Rejects as an attempt does, and where the connection breaks. */
  read(): Promise<Uint8Array | null>;
  /** Reads what is left after the last event, which is little, so that the connection can be used again. */
  finish(): Promise<void>;
  /** Reads no more; the connection is dropped if anything is left. */
  drop(): void;
}

/** What may follow the last event before the connection is given up: bytes and milliseconds. */
const LEFT_OVER = 1024;
const LEFT_OVER_MS = 1000;

/** @param over called when the stream is dropped or finished */
export function bodyStream(
  body: Dispatcher.ResponseData["body"],
  headers: OpenStream["headers"],
  attempt: Attempt,
  over: () => void,
): OpenStream {
  const chunks = body.iterator({ destroyOnReturn: false });
  // Whoever is reading hears of a broken connection from the iterator.
  body.on("error", () => {});
  return {
    kind: "stream",
    headers,
    read: async () => {
      const { done, value } = await attempt.within(() => chunks.next());
      return done ? null : value;
    },
    finish: async () => {
      await body.dump({ limit: LEFT_OVER, signal: AbortSignal.timeout(LEFT_OVER_MS) }).catch(() => {});
      // undici takes a connection back a turn of the event loop after its answer.
      await turn();
    },
    drop: () => {
      over();
      body.destroy();
    },
  };
}

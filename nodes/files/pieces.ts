/** What a stream holds, piece by piece. */
import { Readable } from "node:stream";
import { ReadableStream } from "node:stream/web";
import { contractError } from "../../src/contract/errors.ts";
import { asBytes } from "./bytes.ts";

/** How long a stream may say nothing before it is taken for broken. */
const SILENCE_MS = 60_000;

/** When a stream is read no further. */
export interface ReadLimits {
  signal: AbortSignal;
  silenceMs?: number;
}

/** A stream of any kind, or null where the value is none. Throws a TypeError for one that is being read already. */
export function asStream(value: unknown): Readable | null {
  if (value instanceof Readable) return value;
  if (value instanceof ReadableStream) return Readable.fromWeb(value);
  return isIterable(value) ? Readable.from(value) : null;
}

const isIterable = (value: unknown): value is AsyncIterable<unknown> =>
  typeof value === "object" && value !== null && Symbol.asyncIterator in value;

/** A stream that fails while nobody reads it yet would end Node-RED. Whoever reads it then is told. */
export function hearErrors(value: unknown): void {
  if (value instanceof Readable) value.on("error", () => {});
}

/**
 * The bytes of a stream, its first piece read already; null where it has none.
 * Rejects with `content_unreadable` where the stream fails, and so does the reading of the rest.
 */
export async function openPieces(
  stream: Readable,
  limits: ReadLimits,
): Promise<AsyncIterable<Uint8Array> | null> {
  hearErrors(stream);
  const pieces = piecesOf(stream, limits);
  const first = await pieces.next();
  return first.done ? null : startingWith(first.value, pieces);
}

async function* startingWith(
  first: Uint8Array,
  rest: AsyncGenerator<Uint8Array, void>,
): AsyncGenerator<Uint8Array, void> {
  try {
    yield first;
    yield* rest;
  } finally {
    // Whoever reads the first piece only has not begun to read the rest.
    await rest.return();
  }
}

async function* piecesOf(
  stream: Readable,
  { signal, silenceMs = SILENCE_MS }: ReadLimits,
): AsyncGenerator<Uint8Array, void> {
  const source: AsyncIterator<unknown> = stream[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await within(source.next(), silenceMs, signal);
      if (next.done) return;
      const piece = asBytes(next.value);
      if (piece === null) throw new TypeError("it gives pieces that are neither bytes nor text");
      if (piece.length > 0) yield piece;
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/\.$/, "") : String(error);
    throw contractError("content_unreadable", { reason }, { cause: error });
  } finally {
    stream.destroy();
  }
}

/** Not every stream wakes its reader when it is destroyed, so the wait ends here. */
function within<T>(wait: Promise<T>, limitMs: number, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(signal.reason);
    const late = () => reject(new Error(`nothing came for ${limitMs / 1000} s`));
    const timer = setTimeout(late, limitMs);
    signal.addEventListener("abort", giveUp, { once: true });
    if (signal.aborted) giveUp();
    wait.then(resolve, reject).finally(() => {
      clearTimeout(timer);
      signal.removeEventListener("abort", giveUp);
    });
  });
}

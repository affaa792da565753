/** A stream of events as it stands on the wire (Server-Sent Events). */
import type { WireError } from "../../contract/errors.ts";
import { END_OF_STREAM, ERROR_IN_STREAM, type StreamEvent } from "../../contract/events.ts";

/** Milliseconds after which a silent stream shows that it lives; proxies cut what says nothing for a minute. */
export const KEEP_ALIVE_MS = 15_000;

const KEEP_ALIVE = ": keep-alive\n\n";

/** JSON has no line breaks of its own, so one line of data is enough. */
const frame = (event: string, data: string) => `event: ${event}\ndata: ${data}\n\n`;

export interface FrameSettings {
  keepAliveMs: number;
  /** Aborts when there is no more time: the stream then ends with the reason as its error. */
  deadline: AbortSignal;
  /** What readers are told of a failure. */
  explain(error: unknown): WireError["error"];
}

/**
 * The frames of a stream whose first event has been taken already. A failure becomes the last frame, `error`;
 * otherwise it is `done`.
 */
export async function* framesOf(
  first: IteratorResult<StreamEvent, unknown>,
  events: AsyncIterator<StreamEvent, unknown>,
  { keepAliveMs, deadline, explain }: FrameSettings,
): AsyncGenerator<string> {
  try {
    for (let result = first; !result.done; ) {
      yield frame(result.value.event, JSON.stringify(result.value.data));
      const next = events.next();
      let arrived = await soon(next, keepAliveMs, deadline);
      while (arrived === null) {
        yield KEEP_ALIVE;
        arrived = await soon(next, keepAliveMs, deadline);
      }
      result = arrived;
    }
    yield frame(END_OF_STREAM.event, END_OF_STREAM.data);
  } catch (error) {
    yield frame(ERROR_IN_STREAM, JSON.stringify(explain(error)));
  } finally {
    // Not waited for: it only says that nobody reads any more.
    events.return?.().catch(() => {});
  }
}

/** The next event, or null when it takes long. Rejects at the deadline. */
function soon<T>(next: Promise<T>, milliseconds: number, deadline: AbortSignal): Promise<T | null> {
  return new Promise((resolve, reject) => {
    const settle = () => {
      clearTimeout(timer);
      deadline.removeEventListener("abort", late);
    };
    const late = () => {
      settle();
      reject(deadline.reason);
    };
    const timer = setTimeout(() => {
      settle();
      resolve(null);
    }, milliseconds);
    deadline.addEventListener("abort", late, { once: true });
    if (deadline.aborted) late();
    next.then(resolve, reject).finally(settle);
  });
}

import type { StreamEvent } from "../../src/contract/events.ts";
import type { Run } from "../../src/contract/objects.ts";

/** A run that tells what happens to it until it rests. */
export interface RunStream {
  /** As it was told first; null where the first event is about a part of it. */
  run: Run | null;
  /** As it was told last, when there is nothing more to be told; null where it never was. */
  rest: Promise<Run | null>;
  /** Reads no more; the run goes on. */
  stop(): void;
}

/**
 * Opens a stream. Rejects with what the service refuses, before anything has begun.
 * @param reading ends the reading, and before the first event the request
 * @param tell told of each event
 */
export async function openRunStream(
  open: (signal: AbortSignal) => AsyncIterable<StreamEvent>,
  reading: AbortController,
  tell: (event: StreamEvent) => void,
): Promise<RunStream> {
  const events = open(reading.signal)[Symbol.asyncIterator]();
  const first = await events.next();
  return {
    run: first.done ? null : runOf(first.value),
    rest: readOn(events, first, tell).finally(() => reading.abort()),
    stop: () => reading.abort(),
  };
}

async function readOn(
  events: AsyncIterator<StreamEvent>,
  first: IteratorResult<StreamEvent>,
  tell: (event: StreamEvent) => void,
): Promise<Run | null> {
  let run: Run | null = null;
  // A stream that breaks says nothing of its run, which goes on; it is asked for instead.
  const next = () => events.next().catch(() => ({ done: true, value: undefined }) as const);
  for (let result = first; !result.done; result = await next()) {
    run = runOf(result.value) ?? run;
    tell(result.value);
  }
  return run;
}

/** A server may send events that carry what we do not know. */
function runOf({ data }: StreamEvent): Run | null {
  return Object(data).object === "thread.run" && "required_action" in data ? data : null;
}

/** The events of a stream, as its caller gets them. */
import { ContractError, contractError } from "../contract/errors.ts";
import { END_OF_STREAM, ERROR_IN_STREAM } from "../contract/events.ts";
import { SseParser, type SseRecord } from "../http/sse-parser.ts";
import { errorOfEvent, parseJson, type Redact, reasonOf } from "./error-answers.ts";
import type { WireRequest } from "./request.ts";
import type { OpenStream } from "./transport.ts";

/** One event; its data are what the server sent, unchecked, since it may be newer than we are. */
export interface WireEvent {
  event: string;
  data: unknown;
}

/** What every event that tells of a run, a step or a message begins with. */
const OURS = "thread.";

/**
 * Yields what a stream tells. Rejects with the error that the server sends in it, and with `stream_broken` where
 * it ends before its end or cannot be read.
 */
export async function* eventsOf(
  request: WireRequest,
  stream: OpenStream,
  redact: Redact,
): AsyncGenerator<WireEvent, void> {
  const broken = (reason: string, cause?: unknown) => {
    const { method, url } = request;
    return contractError("stream_broken", { method, url, reason }, { cause });
  };
  const read = async () => {
    try {
      return await stream.read();
    } catch (error) {
      if (error instanceof ContractError) throw error;
      throw broken(reasonOf(error), error);
    }
  };
  const parser = new SseParser();
  try {
    for (let chunk = await read(); chunk !== null; chunk = await read()) {
      for (const record of recordsOf(parser, chunk, broken)) {
        if (record.data.startsWith(END_OF_STREAM.data) || record.event === END_OF_STREAM.event) {
          await stream.finish();
          return;
        }
        if (record.event === ERROR_IN_STREAM) throw errorOfEvent(record.data, stream.headers, redact);
        const data = parseJson(record.data);
        if (data === undefined && record.event.startsWith(OURS)) {
          throw broken(`the data of ${record.event} are not JSON`);
        }
        yield { event: record.event, data: data ?? record.data };
      }
    }
    throw broken("it ended without saying that it was the end");
  } finally {
    stream.drop();
  }
}

function recordsOf(parser: SseParser, chunk: Uint8Array, broken: (reason: string) => Error): SseRecord[] {
  try {
    return parser.push(chunk);
  } catch (error) {
    throw broken(reasonOf(error));
  }
}

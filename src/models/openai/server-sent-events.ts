/** Reads an event stream, and notices what is none. */
import { SseParser, type SseRecord } from "../../http/sse-parser.ts";

/** What came in: the data of an event, or, once at the end, that the stream is over. */
export type Read = { data: string } | { end: true; events: number; stray: string };

/** What is remembered of lines that belong to no event, such as a proxy's page. */
const STRAY_LIMIT = 64 * 1024;
/** An event that is longer is none. */
const EVENT_LIMIT = 16 * 1024 * 1024;

/** The events' data, in order, then the end with whatever was no event. */
export async function* readEvents(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Read> {
  let stray = "";
  const parser = new SseParser(EVENT_LIMIT, (line) => {
    if (stray.length < STRAY_LIMIT) stray += `${line.slice(0, STRAY_LIMIT)}\n`;
  });
  let events = 0;
  for await (const chunk of bytes) {
    const records = recordsOf(parser, chunk);
    if (!records) break;
    for (const { data } of records) {
      events += 1;
      yield { data };
    }
  }
  // An event whose last line break got lost is whole all the same; what is no JSON any more is noticed as that.
  const last = parser.end();
  if (last) {
    events += 1;
    yield { data: last.data };
  }
  yield { end: true, events, stray };
}

/** Null where there is no end to an event. */
function recordsOf(parser: SseParser, chunk: Uint8Array): SseRecord[] | null {
  try {
    return parser.push(chunk);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

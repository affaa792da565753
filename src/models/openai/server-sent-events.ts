/** Reads an event stream, and notices what is none. */

/** What came in: the data of an event, or, once at the end, that the stream is over. */
export type Read = { data: string } | { end: true; events: number; stray: string };

/** What is remembered of lines that belong to no event, such as a proxy's page. */
const STRAY_LIMIT = 64 * 1024;
/** An event that is longer is none. */
const EVENT_LIMIT = 16 * 1024 * 1024;

const FIELD = /^(data|event|id|retry)(:|$)|^:/;

/** The events' data, in order, then the end with whatever was no event. */
export async function* readEvents(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Read> {
  const decoder = new TextDecoder();
  let rest = "";
  let data: string[] = [];
  let stray = "";
  let events = 0;
  let afterReturn = false;
  for await (const chunk of bytes) {
    const text = decoder.decode(chunk, { stream: true });
    if (text === "") continue;
    rest += text;
    if (rest.length > EVENT_LIMIT) break;
    // A long line is looked through once, not again with each of its pieces.
    const breaks = afterReturn || /[\r\n]/.test(text);
    afterReturn = text.endsWith("\r");
    if (!breaks) continue;
    const lines = rest.split(/\r\n|\n|\r(?=[^\n])/);
    rest = lines.pop() ?? "";
    for (const line of lines) {
      if (line === "" && data.length > 0) {
        events += 1;
        yield { data: data.join("\n") };
        data = [];
      } else if (line.startsWith("data:")) data.push(line.slice(5).replace(/^ /, ""));
      else if (!FIELD.test(line) && stray.length < STRAY_LIMIT) stray += `${line}\n`;
    }
  }
  const last = (rest + decoder.decode()).replace(/\r$/, "");
  // An event whose last line break got lost is whole all the same; what is no JSON any more is noticed as that.
  if (last.startsWith("data:")) data.push(last.slice(5).replace(/^ /, ""));
  else if (!FIELD.test(last)) stray += last;
  if (data.length > 0) {
    events += 1;
    yield { data: data.join("\n") };
  }
  yield { end: true, events, stray };
}

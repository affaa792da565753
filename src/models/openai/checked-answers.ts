/** A provider's answer on its way to the SDK: repaired, its errors thrown, its end noticed. */
import type { Wire } from "../settings.ts";
import { ChatStream, chatAnswer } from "./chat-answers.ts";
import { excerpt, type Place, ProviderFailure, refused, wireFailure } from "./failure.ts";
import { type Fields, isRecord, parse } from "./json.ts";
import { readEvents } from "./server-sent-events.ts";

/** How an answer is looked at. */
export interface Checking {
  wire: Wire;
  place: Place;
  /** Takes secrets out of what a server wrote. */
  redact(text: string): string;
}

/** What one wire says of its events. */
interface Reader {
  /** The event as the SDK is to see it. */
  repaired(event: Fields): object;
  /** Whether the answer is whole after the events so far. */
  finished(): boolean;
  /** Whether nothing comes after this event. */
  last(event: Fields): boolean;
}

const readers: Readonly<Record<Wire, () => Reader>> = {
  chat() {
    const stream = new ChatStream();
    return { repaired: (event) => stream.chunk(event), finished: () => stream.finished, last: () => false };
  },
  responses() {
    let finished = false;
    return {
      repaired: (event) => event,
      finished: () => finished,
      last(event) {
        finished ||= event["type"] === "response.completed" || event["type"] === "response.incomplete";
        return finished;
      },
    };
  },
};

/**
 * The same events, as bytes of an event stream. Throws a `ProviderFailure` for an error among them, for what is no
 * event stream, and for a stream that just ends.
 */
export async function* checkedStream(
  bytes: AsyncIterable<Uint8Array>,
  { wire, place, redact }: Checking,
): AsyncGenerator<string> {
  const reader = readers[wire]();
  let latest = "";
  for await (const read of readEvents(bytes)) {
    if ("end" in read) {
      if (reader.finished()) return;
      throw read.events === 0 ? notAnAnswer(redact(read.stray), place) : brokenOff(redact(latest), place);
    }
    if (read.data === "[DONE]") {
      if (reader.finished()) return;
      throw brokenOff(redact(latest), place);
    }
    latest = read.data;
    const event = parse(read.data);
    if (!event) throw brokenOff(redact(latest), place);
    const failure = failureIn(event);
    if (failure) throw refused({ ...failure, message: redact(failure.message) }, place);
    const last = reader.last(event);
    yield `data: ${JSON.stringify(reader.repaired(event))}\n\n`;
    if (last) return;
  }
}

/** An error that comes as an event: Chat Completions' own, and the two that Responses has. */
function failureIn(event: Fields) {
  if (event["type"] === "response.failed" && isRecord(event["response"])) {
    return wireFailure(event["response"]) ?? { message: "The model failed and did not say why", code: "" };
  }
  if (event["type"] === "error" && !isRecord(event["error"])) return wireFailure({ error: event });
  return wireFailure(event);
}

/** The JSON of an answer that was not to be streamed. Throws a `ProviderFailure` for everything else. */
export function wholeAnswer(text: string, { wire, place, redact }: Checking): string {
  const sent = parse(text);
  if (!sent || wireFailure(sent)) throw notAnAnswer(redact(text), place);
  if (wire === "responses") return text;
  const answer = chatAnswer(sent);
  if (!answer) throw notAnAnswer(redact(text), place);
  return JSON.stringify(answer);
}

/** What an answer means that is neither an event stream nor the JSON that was asked for. */
function notAnAnswer(text: string, place: Place): ProviderFailure {
  const body = parse(text);
  const failure = body && wireFailure(body);
  if (failure) return refused(failure, place);
  if (text.trim() === "") return new ProviderFailure("The answer is empty", place, { passing: true });
  const hint = "choices" in (body ?? {}) || "output" in (body ?? {}) ? UNSTREAMED : "check the address";
  return new ProviderFailure(`The answer is not a model's; ${hint}. It begins with ${excerpt(text)}`, place);
}

const UNSTREAMED = "this server does not stream, so switch streaming off in the settings of the service";

function brokenOff(latest: string, place: Place): ProviderFailure {
  const sentence = `The model's answer broke off before its end. The last that was read is ${excerpt(latest)}`;
  return new ProviderFailure(sentence, place, { passing: true });
}

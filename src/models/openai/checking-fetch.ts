/**
 * The `fetch` that the SDK is given. It sends what the SDK has written, to where and with the key that the settings
 * name, whatever the SDK found in its environment; and it hands back only what is a model's answer.
 */
import type { Dispatcher } from "undici";
import { readText } from "../../http/body-text.ts";
import { firstOfEach, type Headers } from "../../http/headers.ts";
import { providers, type ServedModelSettings } from "../settings.ts";
import { checkedStream, wholeAnswer } from "./checked-answers.ts";
import { withCodeRuns } from "./code-interpreter.ts";
import { disconnected, excerpt, type Place, type ProviderFailure, refused, wireFailure } from "./failure.ts";
import { parse } from "./json.ts";
import { bodyOf, type Images } from "./sent-images.ts";

export interface CheckingFetch {
  settings: ServedModelSettings;
  dispatcher: Dispatcher;
  /** The model's name at the provider. The SDK does not learn it, for it would draw conclusions from it. */
  model: string;
  /** Those that the SDK has written marks of. */
  images: Images;
  /** Told of each piece that arrives. */
  onActivity(): void;
}

const MAX_ANSWER_BYTES = 64 * 1024 * 1024;
const MAX_ERROR_BYTES = 64 * 1024;
const REQUEST_IDS = ["x-request-id", "apim-request-id", "x-ms-request-id"];

export function checkingFetch(checking: CheckingFetch): typeof globalThis.fetch {
  const redact = redaction(checking.settings.apiKey);
  return async (input, init) => {
    const url = new URL(String(input));
    const place: Place = { method: "POST", url: url.origin + url.pathname };
    const written = parse(String(init?.body)) ?? {};
    const sent = { ...withCodeRuns(written), model: checking.model };
    const answer = await send(checking, url, JSON.stringify(sent), init?.signal ?? null, place);
    const headers = firstOfEach(answer.headers);
    place.status = answer.statusCode;
    const requestId = REQUEST_IDS.map((name) => headers[name]).find(Boolean);
    if (requestId !== undefined) place.requestId = requestId;

    const { body } = answer;
    if (answer.statusCode >= 300) {
      throw refusedAnswer(redact(await readText(body, MAX_ERROR_BYTES, "cut")), place, headers);
    }
    if (!("stream" in sent)) {
      body.on("data", checking.onActivity);
      const text = await readText(body, MAX_ANSWER_BYTES).catch((error: unknown) => {
        throw brokenOff(error, place);
      });
      return new Response(wholeAnswer(text, { wire: checking.settings.wire, place, redact }));
    }
    const stream = checkedStream(disconnecting(body, place), { wire: checking.settings.wire, place, redact });
    // Only events: a proxy's comments do not say that the model is at work.
    return new Response(streamOf(announced(stream, checking.onActivity)), {
      headers: { "content-type": "text/event-stream" },
    });
  };
}

async function send(
  { settings, dispatcher, images }: CheckingFetch,
  url: URL,
  written: string,
  signal: AbortSignal | null,
  place: Place,
): Promise<Dispatcher.ResponseData> {
  const { keyHeader } = providers[settings.provider];
  const key = settings.apiKey === "" ? {} : { [keyHeader.name]: keyHeader.prefix + settings.apiKey };
  const { body, bytes } = bodyOf(written, images);
  const length = { "content-length": String(bytes) };
  try {
    return await dispatcher.request({
      method: "POST",
      origin: url.origin,
      path: url.pathname,
      headers: {
        "content-type": "application/json",
        accept: "text/event-stream, application/json",
        ...length,
        ...key,
      },
      body,
      signal,
      // The limit on silence is the service's: a local model may think for longer than undici's five minutes.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  } catch (error) {
    signal?.throwIfAborted();
    throw disconnected(error, place, "The model cannot be reached");
  }
}

/** The error of an answer with a failing status. */
function refusedAnswer(text: string, place: Place, headers: Headers): ProviderFailure {
  const said = wireFailure(parse(text));
  if (said) return refused(said, place, headers);
  const shown = text.trim() === "" ? "an empty body" : excerpt(text);
  return refused({ message: `The server answered with ${shown}`, code: "" }, place, headers);
}

/** Servers quote the key that they refuse. Shorter keys are placeholders, and may be any word. */
const redaction = (key: string) => (text: string) => (key.length < 8 ? text : text.replaceAll(key, "…"));

async function* announced<Piece>(
  pieces: AsyncIterable<Piece>,
  onActivity: () => void,
): AsyncGenerator<Piece> {
  for await (const piece of pieces) {
    onActivity();
    yield piece;
  }
}

const brokenOff = (error: unknown, place: Place) =>
  disconnected(error, place, "The connection broke off during the answer");

/** The same bytes; a connection that breaks while they come is said as clearly as one that was never made. */
async function* disconnecting(bytes: AsyncIterable<Uint8Array>, place: Place): AsyncGenerator<Uint8Array> {
  try {
    yield* bytes;
  } catch (error) {
    throw brokenOff(error, place);
  }
}

/** Texts as a body. Whoever cancels it stops them. */
function streamOf(texts: AsyncGenerator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await texts.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    async cancel() {
      await texts.return(undefined);
    },
  });
}

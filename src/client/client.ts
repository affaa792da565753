import { setTimeout as pause } from "node:timers/promises";
import type { AssistantsApi, CallOptions } from "../contract/api.ts";
import { contractError } from "../contract/errors.ts";
import { EVENT_STREAM } from "../contract/events.ts";
import type { FileContent } from "../contract/objects.ts";
import { answerNames, answersWithBytes, type OperationName, streamNames } from "../contract/operations.ts";
import { retryDelay } from "../http/retry-timing.ts";
import { endpointOf } from "./endpoint.ts";
import {
  connectionFailed,
  errorOfAnswer,
  parseObject,
  streamUnsupported,
  unreadableAnswer,
} from "./error-answers.ts";
import { eventsOf, type WireEvent } from "./event-stream.ts";
import { fileContent } from "./file-content.ts";
import { buildRequest, type WireRequest } from "./request.ts";
import { mayRepeat } from "./retry-rules.ts";
import { type ClientSettings, checkSettings } from "./settings.ts";
import { type OpenStream, type Outcome, Transport } from "./transport.ts";

export type { ClientSettings } from "./settings.ts";

export interface Client {
  api: AssistantsApi;
  /**
   * Refuses new calls with `client_closed`, lets those under way end, then closes the connections. Streams are not
   * waited for: they end with `client_closed`.
   */
  close(): Promise<void>;
}

// Shorter keys are placeholders, and taking a common word out of a server's message would only garble it.
const SHORTEST_SECRET = 8;

/**
 * The contract over HTTP. Nothing is loaded or connected before the first call.
 * Throws `invalid_base_url` and `invalid_value`.
 */
export function createClient(settings: ClientSettings): Client {
  const { timeoutSeconds, maxRetries } = checkSettings(settings);
  const endpoint = endpointOf(settings);
  const transport = new Transport(timeoutSeconds);
  const { apiKey } = settings;
  const redact = (text: string) => (apiKey.length < SHORTEST_SECRET ? text : text.replaceAll(apiKey, "…"));

  /** The one place where requests are repeated: until one is answered well, and never once a stream has begun. */
  async function send<Stream extends OpenStream = never>(
    request: WireRequest,
    attempt: () => Promise<Outcome | Stream>,
    signal?: AbortSignal,
  ): Promise<Extract<Outcome, { kind: "answer" }> | Stream> {
    for (let retry = 0; ; retry++) {
      const outcome = await attempt();
      if (outcome.kind === "stream") return outcome;
      if (outcome.kind === "answer" && outcome.status >= 200 && outcome.status < 300) return outcome;
      const headers = outcome.kind === "answer" ? outcome.headers : {};
      const delay = retryDelay(retry, headers, Date.now(), Math.random());
      if (delay === null || retry >= maxRetries || !mayRepeat(request, outcome)) {
        throw outcome.kind === "answer"
          ? errorOfAnswer(request, outcome, redact)
          : connectionFailed(request, outcome.error);
      }
      await backOff(delay, signal);
    }
  }

  async function call(request: WireRequest, signal?: AbortSignal): Promise<object> {
    const answer = await send<never>(request, () => transport.exchange(request, signal), signal);
    const object = parseObject(answer.text);
    if (object) return object;
    throw unreadableAnswer(request, answer, redact);
  }

  async function content(request: WireRequest, signal?: AbortSignal): Promise<FileContent> {
    const outcome = await send(request, () => transport.open(request, "", signal), signal);
    if (outcome.kind === "answer") throw unreadableAnswer(request, outcome, redact);
    return fileContent(request, outcome, timeoutSeconds);
  }

  async function* stream(
    name: OperationName,
    parameters: object,
    signal?: AbortSignal,
  ): AsyncGenerator<WireEvent, void> {
    const request = buildRequest(endpoint, name, { ...parameters });
    const outcome = await send(request, () => transport.open(request, EVENT_STREAM, signal), signal);
    if (outcome.kind === "answer") throw streamUnsupported(request, outcome, redact);
    yield* eventsOf(request, outcome, redact);
  }

  const answers = answerNames.map((name) => {
    const send = answersWithBytes(name) ? content : call;
    const method = async (parameters: object, options?: CallOptions) =>
      send(buildRequest(endpoint, name, { ...parameters }), options?.signal);
    return [name, method] as const;
  });
  const streams = streamNames.map((name) => {
    const method = (parameters: object, options?: CallOptions) => stream(name, parameters, options?.signal);
    return [name, method] as const;
  });
  // The one place where the wire gets its types: methods and types are both made from the table, and what a
  // server answers is not checked, since it may be newer than we are.
  const api = Object.fromEntries<unknown>([...answers, ...streams]) as AssistantsApi;
  return { api, close: () => transport.close() };
}

async function backOff(milliseconds: number, signal?: AbortSignal): Promise<void> {
  try {
    await pause(milliseconds, undefined, signal ? { signal } : {});
  } catch {
    throw contractError("call_aborted", {}, { cause: signal?.reason });
  }
}

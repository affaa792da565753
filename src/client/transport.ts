import { Readable } from "node:stream";
import { setImmediate as turn } from "node:timers/promises";
import type { Dispatcher } from "undici";
import { ContractError, contractError } from "../contract/errors.ts";
import { readText } from "../http/body-text.ts";
import { openDispatcher } from "../http/dispatcher.ts";
import { firstOfEach } from "../http/headers.ts";
import { Attempt } from "./attempt.ts";
import type { FormBody } from "./form-body.ts";
import { bodyStream, type OpenStream } from "./open-stream.ts";
import type { WireRequest } from "./request.ts";

/** What came of one attempt: an answer, whatever its status, or a failure on the way. */
export type Outcome =
  | { kind: "answer"; status: number; headers: Readonly<Record<string, string>>; text: string }
  | { kind: "failure"; error: unknown };

export type { OpenStream } from "./open-stream.ts";

/** What an answer may hold. One that is longer is cut, and then is no JSON any more. */
const MAX_ANSWER_BYTES = 256 * 1024 * 1024;
const MAX_ERROR_BYTES = 64 * 1024;

/** Connections to one origin for calls that are answered at once; more calls wait for their turn. */
const CALL_CONNECTIONS = 128;

/** Sends requests over kept connections. What it needs is loaded at the first one. */
export class Transport {
  readonly #timeoutSeconds: number;
  readonly #running = new Set<Promise<Outcome>>();
  readonly #streams = new Set<Attempt>();
  #forCalls: Promise<Dispatcher> | null = null;
  /** Streams have connections of their own, as many as there are streams: a call never waits for one to end. */
  #forStreams: Promise<Dispatcher> | null = null;
  #closing: Promise<void> | null = null;

  constructor(timeoutSeconds: number) {
    this.#timeoutSeconds = timeoutSeconds;
  }

  /**
   * Makes one attempt. Rejects with `request_timeout`, `call_aborted`, `client_closed` or `invalid_proxy`;
   * every other failure is an outcome.
   */
  async exchange(request: WireRequest, signal?: AbortSignal): Promise<Outcome> {
    if (this.#closing) throw contractError("client_closed");
    const attempt = new Attempt(request, this.#timeoutSeconds, signal);
    const exchange = attempt.within(() => this.#exchange(request, attempt));
    this.#running.add(exchange);
    try {
      return await exchange;
    } finally {
      this.#running.delete(exchange);
      attempt.release();
    }
  }

  /**
   * The same for an answer that is a stream: it is open, and read as far as its caller reads. The time limit is then
   * one for the silence between two pieces. Any other answer is an outcome as above.
   * @param type what the media type of such a stream begins with
   */
  async open(request: WireRequest, type: string, signal?: AbortSignal): Promise<Outcome | OpenStream> {
    if (this.#closing) throw contractError("client_closed");
    const attempt = new Attempt(request, this.#timeoutSeconds, signal);
    this.#streams.add(attempt);
    const over = () => {
      this.#streams.delete(attempt);
      attempt.release();
    };
    try {
      const outcome = await attempt.within(() => this.#open(request, type, attempt, over));
      if (outcome.kind !== "stream") over();
      return outcome;
    } catch (error) {
      over();
      throw error;
    }
  }

  /**
   * Refuses new attempts, lets those under way end, then closes the connections. Streams are not waited for, since
   * nobody may be reading them: they end with `client_closed`.
   */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    for (const attempt of this.#streams) attempt.stop(contractError("client_closed"));
    await Promise.allSettled(this.#running);
    for (const opening of [this.#forCalls, this.#forStreams]) {
      // One that could not be opened has nothing to close; every call was told.
      const dispatcher = await opening?.catch(() => null);
      // Nothing is under way but connecting for calls that were given up, which is not worth a wait.
      await dispatcher?.destroy();
    }
  }

  async #exchange(request: WireRequest, attempt: Attempt): Promise<Outcome> {
    this.#forCalls ??= openDispatcher(CALL_CONNECTIONS);
    const dispatcher = await this.#forCalls;
    try {
      return await wholeAnswer(await send(dispatcher, request, attempt));
    } catch (error) {
      // The content to upload has failed, not the way.
      if (error instanceof ContractError) throw error;
      return { kind: "failure", error };
    }
  }

  async #open(
    request: WireRequest,
    type: string,
    attempt: Attempt,
    over: () => void,
  ): Promise<Outcome | OpenStream> {
    this.#forStreams ??= openDispatcher(null);
    const dispatcher = await this.#forStreams;
    try {
      const answer = await send(dispatcher, request, attempt);
      const headers = firstOfEach(answer.headers);
      const streams =
        answer.statusCode < 300 && (headers["content-type"] ?? "").toLowerCase().startsWith(type);
      return streams ? bodyStream(answer.body, headers, attempt, over) : await wholeAnswer(answer);
    } catch (error) {
      return { kind: "failure", error };
    }
  }
}

function send(
  dispatcher: Dispatcher,
  { method, origin, path, headers, body }: WireRequest,
  attempt: Attempt,
): Promise<Dispatcher.ResponseData> {
  // The time limit is ours: a local model may think for longer than undici's five minutes. They are set
  // here because undici does not hand an agent's limits on to a proxy.
  const limits = { headersTimeout: 0, bodyTimeout: 0 };
  const { signal } = attempt;
  const bytes = typeof body === "object" && body !== null ? uploaded(body, attempt) : body;
  return dispatcher.request({ ...limits, method, origin, path, headers, body: bytes, signal });
}

/** A form on its way: the time limit is one for each piece that the connection takes. */
function uploaded(body: FormBody, attempt: Attempt): Readable {
  async function* pieces() {
    for await (const piece of body.open()) {
      attempt.progress();
      yield piece;
    }
    attempt.progress();
  }
  return Readable.from(pieces(), { objectMode: false });
}

async function wholeAnswer(answer: Dispatcher.ResponseData): Promise<Outcome> {
  const limit = answer.statusCode < 300 ? MAX_ANSWER_BYTES : MAX_ERROR_BYTES;
  const text = await readText(answer.body, limit);
  // undici takes a connection back a turn of the event loop after its answer; a call made before that
  // would open another one.
  await turn();
  return { kind: "answer", status: answer.statusCode, headers: firstOfEach(answer.headers), text };
}

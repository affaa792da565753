import { setTimeout as pause } from "node:timers/promises";
import type { AssistantsApi, CallOptions } from "../contract/api.ts";
import { contractError } from "../contract/errors.ts";
import { operationNames, operations } from "../contract/operations.ts";
import { endpointOf } from "./endpoint.ts";
import { connectionFailed, errorOfAnswer, parseObject, unreadableAnswer } from "./error-answers.ts";
import { buildRequest, type WireRequest } from "./request.ts";
import { mayRepeat } from "./retry-rules.ts";
import { retryDelay } from "./retry-timing.ts";
import { type ClientSettings, checkSettings } from "./settings.ts";
import { Transport } from "./transport.ts";

export type { ClientSettings } from "./settings.ts";

export interface Client {
  api: AssistantsApi;
  /** Refuses new calls with `client_closed`, lets those under way end, then closes the connections. */
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

  /** The one place where requests are repeated. */
  async function call(request: WireRequest, signal?: AbortSignal): Promise<object> {
    for (let retry = 0; ; retry++) {
      const outcome = await transport.exchange(request, signal);
      if (outcome.kind === "answer" && outcome.status >= 200 && outcome.status < 300) {
        const object = parseObject(outcome.text);
        if (object) return object;
        throw unreadableAnswer(request, outcome, redact);
      }
      if (retry >= maxRetries || !mayRepeat(request.method, outcome)) {
        throw outcome.kind === "answer"
          ? errorOfAnswer(request, outcome, redact)
          : connectionFailed(request, outcome.error);
      }
      const headers = outcome.kind === "answer" ? outcome.headers : {};
      await backOff(retryDelay(retry, headers, Date.now(), Math.random()), signal);
    }
  }

  const methods = operationNames.map((name) => {
    const method = async (parameters: object, options?: CallOptions) =>
      call(buildRequest(endpoint, operations[name], { ...parameters }), options?.signal);
    return [name, method] as const;
  });
  // The one place where the wire gets its types: methods and types are both made from the table, and what a
  // server answers is not checked, since it may be newer than we are.
  return { api: Object.fromEntries(methods) as AssistantsApi, close: () => transport.close() };
}

async function backOff(milliseconds: number, signal?: AbortSignal): Promise<void> {
  try {
    await pause(milliseconds, undefined, signal ? { signal } : {});
  } catch {
    throw contractError("call_aborted", {}, { cause: signal?.reason });
  }
}

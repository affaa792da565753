/** A model behind OpenAI, Azure OpenAI or a compatible server, asked through the AI SDK. */
import { setTimeout as pause } from "node:timers/promises";
import type { OpenAIProvider } from "@ai-sdk/openai";
import type { Dispatcher } from "undici";
import { openDispatcher } from "../../http/dispatcher.ts";
import { retryDelay } from "../../http/retry-timing.ts";
import { type Model, ModelError, type ModelEvent, type ModelRequest } from "../model.ts";
import { providers, REHEARSAL, type ServedModelSettings } from "../settings.ts";
import { Activity } from "./activity.ts";
import { AnswerEvents } from "./answer-events.ts";
import { baseUrlOf } from "./base-url.ts";
import { callOptions } from "./call-options.ts";
import { checkingFetch } from "./checking-fetch.ts";
import { asFailure, type Place, ProviderFailure } from "./failure.ts";
import type { SdkModel } from "./sdk.ts";
import { markImages } from "./sent-images.ts";
import { shorter } from "./shorter.ts";

/** How often a call is repeated that has not said anything yet. */
const MAX_RETRIES = 2;

/** To one server at once; more calls wait for their turn. */
const CONNECTIONS = 128;

/** What is loaded with the first call. */
interface Loaded {
  createOpenAI: (settings: Parameters<typeof import("@ai-sdk/openai").createOpenAI>[0]) => OpenAIProvider;
  dispatcher: Dispatcher;
}

/** Throws `invalid_base_url` and `invalid_value`. Nothing is loaded or connected before the first call. */
export function createServedModel(settings: ServedModelSettings): Model {
  const baseUrl = baseUrlOf(settings);
  let loading: Promise<Loaded> | null = null;

  async function load(): Promise<Loaded> {
    const [{ createOpenAI }, dispatcher] = await Promise.all([
      import("@ai-sdk/openai"),
      openDispatcher(CONNECTIONS),
    ]);
    return { createOpenAI, dispatcher };
  }

  /** One call, from beginning to end; whoever stops listening closes its connection. */
  async function* call(
    { createOpenAI, dispatcher }: Loaded,
    request: ModelRequest,
    outer: AbortSignal,
  ): AsyncGenerator<ModelEvent> {
    const stopper = new AbortController();
    const signal = AbortSignal.any([outer, stopper.signal]);
    const activity = new Activity();
    const model = modelName(request, settings);
    const { marked, images } = markImages(request);
    const onActivity = () => activity.touch();
    const fetch = checkingFetch({ settings, dispatcher, model, images, onActivity });
    // The key is our fetch's affair. Without one here, the SDK would look for one in the environment.
    const sdk = createOpenAI({ baseURL: baseUrl, apiKey: "none", fetch });
    const served = settings.wire === "chat" ? sdk.chat("model") : sdk.responses("model");
    const events = answer(served, marked, settings, signal, placeOf(baseUrl, settings));
    try {
      yield* activity.between<ModelEvent>(events, { type: "thinking" });
    } finally {
      stopper.abort();
    }
  }

  return {
    ...(settings.model === "" ? {} : { name: settings.model }),
    ...(settings.contextWindow === null ? {} : { contextWindow: settings.contextWindow }),
    async *generate(request, signal) {
      loading ??= load().catch((error: unknown) => {
        loading = null;
        throw error;
      });
      const loaded = await loading;
      let asked = request;
      let retry = 0;
      for (;;) {
        let said = false;
        try {
          for await (const event of call(loaded, asked, signal)) {
            said ||= event.type !== "thinking";
            yield event;
          }
          return;
        } catch (error) {
          signal.throwIfAborted();
          if (error instanceof ModelError && !(error instanceof ProviderFailure)) throw error;
          const failure = asFailure(error, placeOf(baseUrl, settings));
          const items = !said && failure.tooLong && asked === request ? shorter(request.items) : null;
          if (items) {
            asked = { ...request, items };
            continue;
          }
          if (said || !failure.passing || retry >= MAX_RETRIES) throw failure;
          const delay = retryDelay(retry, failure.headers, Date.now(), Math.random());
          if (delay === null) throw failure;
          await pause(delay, undefined, { signal });
          retry += 1;
        }
      }
    },
  };
}

async function* answer(
  model: SdkModel,
  request: ModelRequest,
  settings: ServedModelSettings,
  signal: AbortSignal,
  place: Place,
): AsyncGenerator<ModelEvent> {
  const options = { ...callOptions(request, settings), abortSignal: signal };
  const thinksAloud = settings.wire === "chat" && providers[settings.provider].thinksAloud;
  const events = new AnswerEvents(place, thinksAloud);
  if (!settings.streaming) {
    yield* events.ofWhole(await model.doGenerate(options));
    return;
  }
  const { stream } = await model.doStream(options);
  for await (const part of stream) yield* events.of(part);
}

/** What an assistant names goes to the provider, unless it names none of its own. */
function modelName({ model }: ModelRequest, settings: ServedModelSettings): string {
  if (model !== REHEARSAL) return model;
  if (settings.model !== "") return settings.model;
  const where = "in the settings of the service or in the assistant";
  throw new ModelError("server_error", `No model is named. Name one that the provider has, ${where}.`);
}

const placeOf = (baseUrl: string, { wire }: ServedModelSettings): Place => {
  return { method: "POST", url: `${baseUrl}${wire === "chat" ? "/chat/completions" : "/responses"}` };
};

/** Which model answers, as a config node or a command line says it, and what is known of its providers. Data alone. */
import { contractError } from "../contract/errors.ts";

/** The two ways to ask: OpenAI's Responses API, and Chat Completions, which nearly every server speaks. */
export const WIRES = ["responses", "chat"] as const;
export type Wire = (typeof WIRES)[number];

/** How hard a model that reasons does so; `default` leaves it to the model, `off` is for one that does not reason. */
export const REASONING = ["off", "default", "minimal", "low", "medium", "high"] as const;
export type Reasoning = (typeof REASONING)[number];

/** How the servers of one provider want to be asked. A new kind of server is a new row. */
export interface Provider {
  readonly wire: Wire;
  /** Where it is when no address is given; empty where each has its own. */
  readonly baseUrl: string;
  /** What the path of a base URL ends in; added where the user left it out. */
  readonly pathEnd: string;
  readonly keyHeader: { readonly name: string; readonly prefix: string };
  /** What Chat Completions calls the limit of an answer. */
  readonly tokenLimit: "max_tokens" | "max_completion_tokens";
  /** Who speaks the instructions to a model that reasons. */
  readonly reasoningRole: "developer" | "system";
  /** Whether it must be told that calls may be made at once: OpenAI assumes so, and some of its models refuse it. */
  readonly saysParallelCalls: boolean;
  /** How much of a call's id goes over Chat Completions: Mistral's templates take nine letters and digits. */
  readonly callIdLength: number;
  /** Whether its chat templates may refuse two messages in a row of a user, or of an assistant. */
  readonly alternates: boolean;
  /** Whether what a model thinks may come over Chat Completions as text, between tags. */
  readonly thinksAloud: boolean;
  /** Whether Chat Completions refuses sampling settings for a model that reasons. */
  readonly refusesSampling: boolean;
  /** Whether it keeps what it was asked unless it is told not to. */
  readonly stores: boolean;
  /** Whether its models run code by themselves, over Responses. */
  readonly codeInterpreter: boolean;
}

const BEARER = { name: "authorization", prefix: "Bearer " } as const;

export const providers = {
  openai: {
    wire: "responses",
    baseUrl: "https://api.openai.com/v1",
    pathEnd: "/v1",
    keyHeader: BEARER,
    tokenLimit: "max_completion_tokens",
    reasoningRole: "developer",
    saysParallelCalls: false,
    callIdLength: Number.POSITIVE_INFINITY,
    alternates: false,
    thinksAloud: false,
    refusesSampling: true,
    stores: true,
    codeInterpreter: true,
  },
  azure: {
    wire: "responses",
    baseUrl: "",
    pathEnd: "/openai/v1",
    keyHeader: { name: "api-key", prefix: "" },
    tokenLimit: "max_completion_tokens",
    reasoningRole: "developer",
    saysParallelCalls: false,
    callIdLength: Number.POSITIVE_INFINITY,
    alternates: false,
    thinksAloud: false,
    refusesSampling: true,
    stores: true,
    codeInterpreter: true,
  },
  /** Ollama knows `max_tokens` alone; vLLM, llama.cpp and LM Studio take it too. */
  compatible: {
    wire: "chat",
    baseUrl: "",
    pathEnd: "/v1",
    keyHeader: BEARER,
    tokenLimit: "max_tokens",
    reasoningRole: "system",
    saysParallelCalls: true,
    callIdLength: 9,
    alternates: true,
    thinksAloud: true,
    refusesSampling: false,
    stores: false,
    codeInterpreter: false,
  },
} as const satisfies Record<string, Provider>;

export type ProviderName = keyof typeof providers;

export const isProvider = (name: string): name is ProviderName => Object.hasOwn(providers, name);

/** A model behind a provider. */
export interface ServedModelSettings {
  provider: ProviderName;
  /** Empty for the provider's own address. */
  baseUrl: string;
  /** Empty for a server that wants none. */
  apiKey: string;
  /** What answers for assistants that name no model of their own. May be empty. */
  model: string;
  wire: Wire;
  reasoning: Reasoning;
  /** False asks for whole answers, for servers that stream badly. */
  streaming: boolean;
  /** Tokens of a question and its answer together; null where nobody said. */
  contextWindow: number | null;
}

export interface RehearsalSettings {
  provider: "rehearsal";
  /** Milliseconds before each piece of an answer. */
  pace: number;
}

export type ModelSettings = RehearsalSettings | ServedModelSettings;

/** The name of the offline model. An assistant with this name has no model of its own. */
export const REHEARSAL = "rehearsal";

const isOneOf = <Name extends string>(names: readonly Name[], name: string): name is Name =>
  names.some((known) => known === name);

/** The same settings as somebody has written them; what is empty means the default. */
export interface WrittenModelSettings {
  provider: string;
  baseUrl: string;
  apiKey: string;
  model: string;
  wire: string;
  reasoning: string;
  streaming: boolean;
  contextWindow: string;
  pace: number;
}

/** The rehearsal model, as somebody would write it. */
export const writtenRehearsal = (pace = 0): WrittenModelSettings => ({
  provider: REHEARSAL,
  baseUrl: "",
  apiKey: "",
  model: "",
  wire: "",
  reasoning: "",
  streaming: true,
  contextWindow: "",
  pace,
});

/** Throws `invalid_value`, named after the setting, for what could only fail later and less clearly. */
export function modelSettings(written: WrittenModelSettings): ModelSettings {
  if (written.provider === "" || written.provider === REHEARSAL)
    return { provider: REHEARSAL, pace: written.pace };
  const { provider, apiKey, streaming } = written;
  const wrong = (param: string, reason: string) => contractError("invalid_value", { param, reason });
  if (!isProvider(provider)) {
    throw wrong("provider", `use ${[REHEARSAL, ...Object.keys(providers)].join(", ")}`);
  }
  const wire = written.wire || providers[provider].wire;
  if (!isOneOf(WIRES, wire)) throw wrong("wire", `use ${WIRES.join(" or ")}`);
  const reasoning = written.reasoning || "off";
  if (!isOneOf(REASONING, reasoning)) throw wrong("reasoning", `use ${REASONING.join(", ")}`);
  if (!/^[\x21-\x7e]*$/.test(apiKey)) {
    throw wrong("apiKey", "a key is printable ASCII characters without spaces");
  }
  const window = written.contextWindow.trim();
  if (!/^\d{0,9}$/.test(window)) throw wrong("contextWindow", "give a whole number of tokens");
  return {
    provider,
    baseUrl: written.baseUrl.trim(),
    apiKey,
    model: written.model.trim(),
    wire,
    reasoning,
    streaming,
    contextWindow: Number(window) || null,
  };
}

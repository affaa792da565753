/** What a model's server says in a test, and how each kind of server writes it onto the wire. */
import type { ServedModelSettings } from "../../../../src/models/settings.ts";
import type { Refusal } from "./refusals.ts";

/** One answer of a model. */
export interface Said {
  /** In pieces, as they are streamed. */
  text?: string[];
  refusal?: string;
  calls?: { name: string; arguments: string }[];
  /** Code that the provider runs before the text, and what it has written. */
  code?: { code: string; logs: string }[];
  /** What a model that reasons keeps to itself, encrypted. */
  reasoning?: string;
  /** Tokens of the answer; `USAGE` says them where this does not. */
  tokens?: number;
  finish?: "stop" | "length" | "content_filter";
}

/** What a request asked for, whatever the wire. */
export interface Asked {
  model: string;
  instructions: string;
  /** `role: text`, tool calls and outputs too. */
  conversation: string[];
  images: string[];
  functions: string[];
  /** The types of the provider's own tools. */
  ownTools: string[];
}

/** An answer with a failing status. */
export interface Refused {
  status: number;
  body: string;
  headers?: Record<string, string>;
}

/** One kind of server. Where its shapes were found stands beside each in `source`. */
export interface Dialect {
  name: string;
  source: string;
  provider: ServedModelSettings["provider"];
  /** Where the operation is. */
  path: string;
  /** Whether it runs code for its models. */
  runsCode: boolean;
  /** The header that carries the key, and what it holds. */
  key(key: string): readonly [string, string];
  /** The data of each event of a stream. */
  events(said: Said): string[];
  /** The same answer as a whole. */
  whole(said: Said): object;
  asked(body: Record<string, unknown>): Asked;
  unknownModel(model: string): Refused;
  tooLong: Refused;
  /** Why it takes no such request, before it answers anything; null where it does. */
  refusal: Refusal;
}

export const USAGE = { prompt: 21, completion: 7 };

/** What the server counts in each answer, as the run shows it. */
export const COUNTED = { prompt_tokens: 21, completion_tokens: 7, total_tokens: 28 };

export const json = (status: number, body: object): Refused => ({ status, body: JSON.stringify(body) });

type Fields = Record<string, unknown>;

export const records = (value: unknown): Fields[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === "object" && item !== null) : [];

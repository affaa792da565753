/** What can go wrong at a provider, said once and clearly, in the provider's own sentence where it has one. */
import { ModelError } from "../model.ts";
import { type Fields, isRecord } from "./json.ts";

/** Where something went wrong. Names no key and no query. */
export interface Place {
  method: string;
  url: string;
  status?: number;
  requestId?: string;
}

interface FailureFields {
  code?: ModelError["code"];
  /** Whether the same request may succeed a moment later. */
  passing?: boolean;
  /** The question was too long for the model. */
  tooLong?: boolean;
  /** The headers in which the server said when to come back. */
  headers?: Readonly<Record<string, string>>;
}

export class ProviderFailure extends ModelError {
  readonly passing: boolean;
  readonly tooLong: boolean;
  readonly headers: Readonly<Record<string, string>>;

  constructor(sentence: string, place: Place, fields: FailureFields = {}) {
    super(fields.code ?? "server_error", `${sentence.replace(/\s*\.?\s*$/, ".")} (${described(place)})`);
    this.passing = fields.passing ?? false;
    this.tooLong = fields.tooLong ?? false;
    this.headers = fields.headers ?? {};
  }
}

function described({ method, url, status, requestId }: Place): string {
  const parts = [`${method} ${url}`];
  if (status !== undefined) parts.push(`status ${status}`);
  if (requestId !== undefined) parts.push(`request ${requestId}`);
  return parts.join(", ");
}

const EXCERPT = 200;

/** One line of what was read, shortened. */
export function excerpt(text: string): string {
  const line = text
    .slice(0, 10 * EXCERPT)
    .replace(/[\s\p{Cc}]+/gu, " ")
    .trim();
  return line.length > EXCERPT ? `${line.slice(0, EXCERPT)}…` : line;
}

/**
 * How servers say that a question is too long, in their code or in their sentence: OpenAI and Azure by the code;
 * vLLM, llama.cpp (both of its wordings) and LM Studio (GGUF and MLX) by what their sentences have in common.
 */
const TOO_LONG =
  /context_length_exceeded|exceed_context_size|maximum context length|available context size|context (size|length|window).{0,40}exceed|exceed.{0,40}context (size|length|window)|greater than the context length|when context the overflows|n_keep.{0,30}n_ctx/i;

const REFUSED_PROMPT = /content_filter|responsibleaipolicy|invalid_prompt|content_policy/i;
const QUOTA = /insufficient_quota|billing/i;
const TOO_MANY = /rate_limit|too_many_requests/i;
const OVERLOADED = /overloaded|server_error|internal_error|timeout|unavailable/i;

const PASSING_STATUS = (status: number) => [408, 409, 429].includes(status) || status >= 500;

/** An error as the wire has it: `{error: {message, code, type}}`, and what gateways make of it. */
export interface WireFailure {
  message: string;
  code: string;
}

/** The error in a body or a stream's event; null where there is none. */
export function wireFailure(body: unknown): WireFailure | null {
  if (!isRecord(body)) return null;
  const error = body["error"] ?? (typeof body["detail"] === "string" ? body["detail"] : null);
  if (typeof error === "string" && error !== "") return { message: error, code: "" };
  if (!isRecord(error)) return isBareError(body) ? wireFailure({ error: body }) : null;
  const inner = isRecord(error["innererror"]) ? error["innererror"] : {};
  const code = [error["code"], error["type"], inner["code"]].filter((part) => isName(part)).join(" ");
  const message = typeof error["message"] === "string" ? error["message"] : excerpt(JSON.stringify(error));
  return { message, code };
}

/** An error that is the whole body, as older versions of vLLM and many gateways send it. No answer has a message. */
const isBareError = (body: Fields) => typeof body["message"] === "string";

/** The failure that a provider's error means. */
export function refused(
  { message, code }: WireFailure,
  place: Place,
  headers: Readonly<Record<string, string>> = {},
): ProviderFailure {
  const status = place.status ?? 0;
  const text = `${code} ${message}`;
  const tooLong = TOO_LONG.test(text);
  const limited = status === 429 || TOO_MANY.test(code) || QUOTA.test(code);
  const prompt = tooLong || (!limited && REFUSED_PROMPT.test(code));
  return new ProviderFailure(message, place, {
    code: prompt ? "invalid_prompt" : limited ? "rate_limit_exceeded" : "server_error",
    passing: !prompt && !QUOTA.test(code) && (PASSING_STATUS(status) || limited || OVERLOADED.test(code)),
    tooLong,
    headers,
  });
}

/** Connections that broke or were never made, and may be over in a moment. A bad certificate is not among them. */
const PASSING_CODES = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ECONNABORTED",
  "EPIPE",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EAI_AGAIN",
  "UND_ERR_CONNECT_TIMEOUT",
  "UND_ERR_SOCKET",
  "UND_ERR_PRX_CONN",
  "UND_ERR_RES_CONTENT_LENGTH_MISMATCH",
  "HPE_INVALID_EOF_STATE",
]);

/** The failure of a request that got no answer, or whose answer broke off. */
export function disconnected(error: unknown, place: Place, what: string): ProviderFailure {
  return new ProviderFailure(`${what}: ${reasonOf(error)}`, place, { passing: isPassing(error) });
}

function isPassing(error: unknown): boolean {
  // One error for each address that was tried.
  if (error instanceof AggregateError) return error.errors.every(isPassing);
  if (!(error instanceof Error)) return false;
  return PASSING_CODES.has(String(Reflect.get(error, "code"))) || isPassing(error.cause);
}

function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join(", ");
  return error instanceof Error ? excerpt(error.message).replace(/\.$/, "") : String(error);
}

/** Whatever a call threw, as a failure that the run can show. */
export function asFailure(error: unknown, place: Place): ProviderFailure {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof ProviderFailure) return cause;
  }
  return new ProviderFailure(`The model's answer cannot be read: ${reasonOf(error)}`, place);
}

const isName = (value: unknown) => (typeof value === "string" && value !== "") || typeof value === "number";

import { ContractError, contractError, recogniseError, statusOfText } from "../contract/errors.ts";
import type { WireRequest } from "./request.ts";
import type { Outcome } from "./transport.ts";

type AnswerOutcome = Extract<Outcome, { kind: "answer" }>;
/** Takes secrets out of what a server wrote. */
export type Redact = (text: string) => string;
type Fields = Readonly<Record<string, unknown>>;

const EXCERPT_LENGTH = 120;

/** Mistakes that are not about one call: the address or the key is wrong. */
const WHOLE_SERVER = ["invalid_api_key", "route_not_found"];

/**
 * The error of an answer with a failing status. Servers differ: codes are words, numbers or missing, the type
 * and param may be too, gateways put the message at the top level or into another field, or send a page.
 */
export function errorOfAnswer(request: WireRequest, answer: AnswerOutcome, redact: Redact): ContractError {
  const body = parseObject(answer.text);
  if (body === null) return unreadableAnswer(request, answer, redact);
  const { status, headers } = answer;
  const { message, ...fields } = errorFields(body, answer.text, status, redact);
  // The server speaks of itself; whoever reads this wants to know which server, and asked what.
  const where = WHOLE_SERVER.includes(fields.code) ? ` (${request.method} ${request.url})` : "";
  return new ContractError(`${message}${where}`, { ...fields, status, requestId: requestId(headers) });
}

/** The error that a server sends in the middle of a stream; it has no status of its own. */
export function errorOfEvent(data: string, headers: AnswerOutcome["headers"], redact: Redact): ContractError {
  const body = parseObject(data) ?? {};
  const { message } = errorFields(body, data, 0, redact);
  const status = statusOfText(message);
  return new ContractError(message, {
    ...errorFields(body, data, status, redact),
    status,
    requestId: requestId(headers),
  });
}

/** What an error's body says, wherever it says it. */
function errorFields(body: Fields, written: string, status: number, redact: Redact) {
  const error = isObject(body["error"]) ? body["error"] : body;
  const text = (value: unknown) => (isText(value) ? redact(value) : null);
  const message =
    text(error["message"]) ?? text(body["error"]) ?? text(error["detail"]) ?? excerpt(redact(written));
  const code = error["code"];
  const wireCode = text(typeof code === "number" ? String(code) : code);
  return {
    message,
    code: recogniseError(status, message, wireCode),
    type: text(error["type"]) ?? (status >= 500 ? "server_error" : "invalid_request_error"),
    param: text(error["param"]),
    wireCode,
  };
}

/** The error of an answer that is no JSON object, such as a gateway's page. It keeps the answer's status. */
export function unreadableAnswer(
  { method, url }: WireRequest,
  answer: AnswerOutcome,
  redact: Redact,
): ContractError {
  const { status } = answer;
  const values = { method, url, status, excerpt: excerpt(redact(answer.text)) };
  const { message, code, type, param, wireCode } = contractError("unreadable_answer", values);
  return new ContractError(message, {
    code,
    status,
    type,
    param,
    wireCode,
    requestId: requestId(answer.headers),
  });
}

/** The error of a call that wanted a stream and got something else. */
export function streamUnsupported(
  { method, url }: WireRequest,
  { text, headers }: AnswerOutcome,
  redact: Redact,
): ContractError {
  const { message, ...fields } = contractError("stream_unsupported", {
    method,
    url,
    excerpt: excerpt(redact(text)),
  });
  return new ContractError(message, { ...fields, requestId: requestId(headers) });
}

/** The error of a request that was not answered. */
export function connectionFailed({ method, url }: WireRequest, error: unknown): ContractError {
  return contractError("connection_failed", { method, url, reason: reasonOf(error) }, { cause: error });
}

/** The object that a JSON text holds; null where it holds anything else or is no JSON. */
export function parseObject(text: string): Fields | null {
  const value = parseJson(text);
  return isObject(value) ? value : null;
}

/** What a JSON text says; undefined where it is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function reasonOf(error: unknown): string {
  // One for each address that was tried; the whole has no text.
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join(", ");
  return error instanceof Error ? excerpt(error.message).replace(/\.$/, "") : String(error);
}

function requestId(headers: AnswerOutcome["headers"]): string | null {
  return headers["x-request-id"] ?? headers["apim-request-id"] ?? null;
}

function excerpt(text: string): string {
  const line = text
    .slice(0, 10 * EXCERPT_LENGTH)
    .replace(/[\s\p{Cc}]+/gu, " ")
    .trim();
  if (line === "") return "an empty body";
  return line.length > EXCERPT_LENGTH ? `${line.slice(0, EXCERPT_LENGTH)}…` : line;
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

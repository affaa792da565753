import type { WireRequest } from "./request.ts";
import type { Outcome } from "./transport.ts";

/** The server says that it did not act on the request. */
const notActedOn = new Set([408, 409, 429]);

/** What breaks a connection and may be over a moment later; a bad certificate is not among them. */
const passing = new Set([
  "ECONNRESET",
  "ECONNABORTED",
  "EPIPE",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_SOCKET",
  "UND_ERR_PRX_CONN",
  "UND_ERR_RES_CONTENT_LENGTH_MISMATCH",
]);

/**
 * Whether a request may be sent again. A POST only where the server cannot have acted on it: a second one
 * would double a message or a run.
 *
 * A DELETE may: deleting twice is deleting once. If the first reply was lost, the second says 404, and so
 * does the call: the object is gone, but nobody can tell who removed it, so no success is made up.
 */
export function mayRepeat({ method, body }: Pick<WireRequest, "method" | "body">, outcome: Outcome): boolean {
  // A content that can be read once, and has been begun, cannot be sent again.
  if (typeof body === "object" && body !== null && !body.isWhole()) return false;
  const repeatable = method !== "POST";
  if (outcome.kind === "failure") {
    return neverSent(outcome.error) || (repeatable && passing.has(property(outcome.error, "code")));
  }
  const { status, headers } = outcome;
  if (notActedOn.has(status)) return true;
  if (status === 503 && (headers["retry-after"] ?? headers["retry-after-ms"]) !== undefined) return true;
  return repeatable && status >= 500;
}

/**
 * Whether the connection was never made. It goes by the system call, not the code: a connection that breaks
 * under a request can end in EHOSTUNREACH and ETIMEDOUT too.
 */
function neverSent(error: unknown): boolean {
  // One error for each address that was tried.
  if (error instanceof AggregateError) return error.errors.every(neverSent);
  if (property(error, "code") === "UND_ERR_CONNECT_TIMEOUT") return true;
  return ["connect", "getaddrinfo"].includes(property(error, "syscall"));
}

function property(error: unknown, name: "code" | "syscall"): string {
  return error instanceof Error ? String(Reflect.get(error, name)) : "";
}

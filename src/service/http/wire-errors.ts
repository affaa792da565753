import { ContractError, contractError, type ErrorCode } from "../../contract/errors.ts";
import { BODY_LIMIT } from "./json-body.ts";

type Row = readonly [code: ErrorCode, values?: Record<string, string | number>];

/** The framework's own errors that a caller can cause, by their code. */
const frameworkErrors: Readonly<Record<string, Row>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: ["request_too_large", { limit: BODY_LIMIT }],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ["unsupported_media_type"],
  FST_ERR_BAD_URL: ["bad_request", { reason: "the path has a broken % escape." }],
};

function isClientFault(error: unknown): error is Error & { statusCode: number } {
  if (!(error instanceof Error) || !("statusCode" in error)) return false;
  const { statusCode } = error;
  return typeof statusCode === "number" && statusCode >= 400 && statusCode < 500;
}

/**
 * The contract's error for whatever went wrong while a request was handled. What nobody foresaw becomes
 * `internal_error`, with the original as its `cause` and none of it in the text.
 */
export function toContractError(error: unknown): ContractError {
  // A status outside of HTTP's errors belongs to calls to other servers; here it is nobody's but our own fault.
  if (error instanceof ContractError && error.status >= 400 && error.status <= 599) return error;
  if (isClientFault(error)) {
    const code = "code" in error ? String(error.code) : "";
    const row = Object.hasOwn(frameworkErrors, code) ? frameworkErrors[code] : undefined;
    const [known, values] = row ?? ["bad_request", { reason: error.message }];
    return contractError(known, values, { cause: error });
  }
  return contractError("internal_error", {}, { cause: error });
}

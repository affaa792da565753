import { contractError } from "../contract/errors.ts";
import { type DialectName, dialects } from "./dialects.ts";

export interface ClientSettings {
  dialect: DialectName;
  /** http or https, with or without a slash at its end; what it must hold depends on the dialect. */
  baseUrl: string;
  apiKey: string;
  /** Only for dialects that name a version; each has its own default. */
  apiVersion?: string;
  /**
   * What one attempt may take, from connecting to the last byte of the answer; in a stream, what may pass before
   * its first byte and between two of its pieces. Default 600.
   */
  timeoutSeconds?: number;
  /** How often a call is repeated, at most. Default 2. */
  maxRetries?: number;
}

/** The limits of a call, with the defaults filled in. */
export interface Limits {
  timeoutSeconds: number;
  maxRetries: number;
}

// The longest wait that Node's timers know; a longer one would end at once.
const MAX_TIMEOUT_SECONDS = 2_147_483;
const MAX_RETRIES = 10;

/** Throws `invalid_value` for settings that could only fail later, and less clearly. */
export function checkSettings(settings: ClientSettings): Limits {
  const { timeoutSeconds = 600, maxRetries = 2 } = settings;
  refuseUnless(
    Object.hasOwn(dialects, settings.dialect),
    "dialect",
    `use ${Object.keys(dialects).join(" or ")}`,
  );
  refuseUnless(
    typeof settings.apiKey === "string" && /^[\x20-\x7e]*$/.test(settings.apiKey),
    "apiKey",
    "a key is printable ASCII characters without line breaks",
  );
  refuseUnless(
    timeoutSeconds > 0 && timeoutSeconds <= MAX_TIMEOUT_SECONDS,
    "timeoutSeconds",
    `give more than 0 and at most ${MAX_TIMEOUT_SECONDS} seconds`,
  );
  refuseUnless(
    Number.isInteger(maxRetries) && maxRetries >= 0 && maxRetries <= MAX_RETRIES,
    "maxRetries",
    `give a whole number from 0 to ${MAX_RETRIES}`,
  );
  return { timeoutSeconds, maxRetries };
}

function refuseUnless(good: boolean, param: string, reason: string): void {
  if (!good) throw contractError("invalid_value", { param, reason });
}

const FIRST_DELAY = 500;
const LONGEST_DELAY = 8_000;

/** Who is told to come back later than this gives up and says so: a flow that waits in silence looks broken. */
const LONGEST_SERVER_DELAY = 60_000;

/** The headers in which a server says when to come back. */
export interface RetryHeaders {
  "retry-after-ms"?: string | undefined;
  /** Seconds or an HTTP date. */
  "retry-after"?: string | undefined;
}

/**
 * How long to wait before a repetition, in milliseconds: what the server asked for, else 0.5 s doubling to 8 s, less
 * up to a quarter so that clients do not come back together. Null where the server asks for more than a minute: then
 * nothing is repeated.
 * @param retry 0 for the first repetition.
 * @param now milliseconds since the epoch.
 * @param random from 0 to 1.
 */
export function retryDelay(retry: number, headers: RetryHeaders, now: number, random: number): number | null {
  const asked = [
    decimal(headers["retry-after-ms"]),
    decimal(headers["retry-after"]) * 1000,
    Date.parse(headers["retry-after"] ?? "") - now,
  ].find((delay) => delay >= 0);
  if (asked !== undefined && asked > LONGEST_SERVER_DELAY) return null;
  return asked ?? Math.min(FIRST_DELAY * 2 ** retry, LONGEST_DELAY) * (1 - random / 4);
}

/** NaN, which no comparison lets pass, for what is no plain decimal number. */
function decimal(text: string | undefined): number {
  return text !== undefined && /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
}

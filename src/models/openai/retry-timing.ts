const FIRST_DELAY = 500;
const LONGEST_DELAY = 8_000;
const LONGEST_SERVER_DELAY = 60_000;

/**
 * How long to wait before a repetition, in milliseconds: what the server asked for, if that is at most a minute,
 * else 0.5 s doubling to 8 s, less up to a quarter so that callers do not come back together.
 * @param retry 0 for the first repetition
 */
export function retryDelay(retry: number, headers: Readonly<Record<string, string>>): number {
  const after = headers["retry-after"] ?? "";
  const asked = [
    Number(headers["retry-after-ms"] || Number.NaN),
    Number(after || Number.NaN) * 1000,
    Date.parse(after) - Date.now(),
  ].find((delay) => delay >= 0 && delay <= LONGEST_SERVER_DELAY);
  return asked ?? Math.min(FIRST_DELAY * 2 ** retry, LONGEST_DELAY) * (1 - Math.random() / 4);
}

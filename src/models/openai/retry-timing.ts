const FIRST_DELAY = 500;
const LONGEST_DELAY = 8_000;
const LONGEST_SERVER_DELAY = 60_000;

/**
 * How long to wait before a repetition, in milliseconds: what the server asked for, else 0.5 s doubling to 8 s, less up to a quarter so that callers do not come back together. Null where the server asks for more than a minute: then nothing is repeated.
 * @param retry 0 for the first repetition
 */
export function retryDelay(retry: number, headers: Readonly<Record<string, string>>): number | null {
  const after = headers["retry-after"] ?? "";
  const asked = [
    decimal(headers["retry-after-ms"]),
    decimal(after) * 1000,
    Date.parse(after) - Date.now(),
  ].find((delay) => delay >= 0);
  if (asked !== undefined && asked > LONGEST_SERVER_DELAY) return null;
  return asked ?? Math.min(FIRST_DELAY * 2 ** retry, LONGEST_DELAY) * (1 - Math.random() / 4);
}

/** NaN, which no comparison lets pass, for what is no plain decimal number. */
function decimal(text = ""): number {
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
}

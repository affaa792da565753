import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import type { ErrorCode } from "../../contract/errors.ts";
import type { Dialect, KeyPlace, Requirement } from "./dialects.ts";

/** The parts of a request that decide whether it is let in. */
export interface Caller {
  readonly headers: IncomingHttpHeaders;
  readonly query: Readonly<Record<string, unknown>>;
}

const digest = (text: string) => createHash("sha256").update(text).digest();

/** Compares given keys with the right one, in a time that tells nothing about how much of it was right. */
export function keyChecker(apiKey: string): (given: string) => boolean {
  // Digests have one length, which timingSafeEqual needs; the keys' own lengths stay unknown too.
  const expected = digest(apiKey);
  return (given) => timingSafeEqual(digest(given), expected);
}

function keyAt({ header, scheme }: KeyPlace, headers: IncomingHttpHeaders): string | null {
  const value = headers[header];
  if (typeof value !== "string") return null;
  if (scheme === null) return value;
  const [given = "", ...rest] = value.split(/ +/);
  return given.toLowerCase() === scheme.toLowerCase() ? rest.join(" ") : null;
}

function isMet({ where, name, value }: Requirement, { headers, query }: Caller): boolean {
  const found = where === "header" ? headers[name] : query[name];
  const given = [found].flat().flatMap((text) => (typeof text === "string" ? text.split(",") : []));
  return given.some((text) => (value === null ? text.trim() !== "" : text.trim() === value));
}

/**
 * Why a dialect turns this caller away, the key first; null when it is let in.
 * @param outsideBeta whether the operation is one that no beta has to be named for
 */
export function refusal(
  dialect: Dialect,
  caller: Caller,
  outsideBeta: boolean,
  isKey: (given: string) => boolean,
): ErrorCode | null {
  const known = dialect.keys.some((place) => {
    const key = keyAt(place, caller.headers);
    return key !== null && isKey(key);
  });
  if (!known) return dialect.badKey;
  const { requires } = dialect;
  return isMet(requires, caller) || (requires.beta && outsideBeta) ? null : requires.error;
}

/** Ranges of bytes, as requests ask for them and answers name them (RFC 9110). Pure. */

/** The places of the first and the last byte. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/**
 * What a Range header asks for of so many bytes: a range, none where it lies behind the end, and all where there is
 * no header, or one that cannot be read or names several ranges, which nobody must heed.
 */
export function askedRange(header: string | undefined, bytes: number): ByteRange | "all" | "none" {
  const [, from = "", to = ""] = /^bytes\s*=\s*(\d*)-(\d*)\s*$/i.exec(header ?? "") ?? [];
  if (from === "" && to === "") return "all";
  // Without a beginning it counts from the end.
  const first = from === "" ? Math.max(bytes - Number(to), 0) : Number(from);
  const last = from === "" || to === "" ? bytes - 1 : Math.min(Number(to), bytes - 1);
  if (from !== "" && to !== "" && Number(to) < Number(from)) return "all";
  return first > last ? "none" : { first, last };
}

/** The Content-Range header of a range, or of none that can be had. */
export function contentRange(range: ByteRange | null, bytes: number | null): string {
  return `bytes ${range ? `${range.first}-${range.last}` : "*"}/${bytes ?? "*"}`;
}

/** Names an answer, so that it can be found in logs on both sides. */
export const REQUEST_ID = "x-request-id";

/** The id that a caller has given its request, where it is fit to be sent back; else null, and it gets a new one. */
export function givenRequestId(header: string | string[] | undefined): string | null {
  return typeof header === "string" && /^[\w.:-]{1,128}$/.test(header) ? header : null;
}

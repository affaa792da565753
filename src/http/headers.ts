/** Headers by their lower-case names. */
export type Headers = Readonly<Record<string, string>>;

/** Of a header that was sent more than once, the first. */
export function firstOfEach(headers: Readonly<Record<string, string | string[] | undefined>>): Headers {
  const first: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    const text = Array.isArray(value) ? value[0] : value;
    if (text !== undefined) first[name] = text;
  }
  return first;
}

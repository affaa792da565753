/** What JSON may look like before anything else looks at it: everything after this may recurse and copy. */

/** Deeper than any schema that a person would write, and far from where copying runs out of stack. */
export const MAX_DEPTH = 100;
/** Values in one request, keys of objects and items of lists together; checking them takes a fifth of a second. */
export const MAX_VALUES = 50_000;

/** What is wrong with a value that came out of JSON, in half a sentence; null when it is well within bounds. */
export function outOfBounds(value: unknown): string | null {
  const open: { value: unknown; depth: number }[] = [{ value, depth: 0 }];
  let values = 0;
  for (let next = open.pop(); next; next = open.pop()) {
    if (typeof next.value !== "object" || next.value === null) continue;
    if (next.depth === MAX_DEPTH) return `it is nested more than ${MAX_DEPTH} levels deep`;
    const entries = Object.entries(next.value);
    values += entries.length;
    if (values > MAX_VALUES) return `it holds more than ${MAX_VALUES} values`;
    for (const [key, inner] of entries) {
      // Copied carelessly, these would change an object's prototype.
      if (key === "__proto__" || (key === "constructor" && hasPrototype(inner))) {
        return "a key such as __proto__ is not allowed";
      }
      open.push({ value: inner, depth: next.depth + 1 });
    }
  }
  return null;
}

const hasPrototype = (value: unknown) =>
  typeof value === "object" && value !== null && Object.hasOwn(value, "prototype");

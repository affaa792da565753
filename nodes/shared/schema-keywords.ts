/** Where in a JSON Schema its other schemas stand. */

/** Which keywords hold schemas, and how. */
const ONE = ["additionalItems", "additionalProperties", "contains", "else", "if", "items", "not"].concat([
  "propertyNames",
  "then",
  "unevaluatedItems",
  "unevaluatedProperties",
]);
const LIST = ["allOf", "anyOf", "items", "oneOf", "prefixItems"];
const BY_NAME = ["$defs", "definitions", "dependentSchemas", "patternProperties", "properties"];
/** Whether a value is an object with properties. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What a local `$ref` such as `#/$defs/city` leads to; undefined where that is nothing. */
export function referredTo(root: unknown, reference: string): unknown {
  if (reference !== "#" && !reference.startsWith("#/")) return undefined;
  let found = root;
  for (const step of reference.split("/").slice(1)) {
    const name = decoded(step).replaceAll("~1", "/").replaceAll("~0", "~");
    if (typeof found !== "object" || found === null || !Object.hasOwn(found, name)) return undefined;
    found = Object.getOwnPropertyDescriptor(found, name)?.value;
  }
  return found;
}

/** The schemas that a keyword holds, each with its place below it; null where it should hold some and does not. */
export function subschemas(keyword: string, held: unknown): [string, unknown][] | null {
  if (LIST.includes(keyword) && Array.isArray(held))
    return held.map((inner: unknown, index) => [`/${index}`, inner]);
  if (ONE.includes(keyword)) return [["", held]];
  if (LIST.includes(keyword)) return null;
  if (!BY_NAME.includes(keyword)) return [];
  return isObject(held) ? Object.entries(held).map(([name, inner]) => [`/${name}`, inner]) : null;
}

/**
 * The schema without its `format` keywords. They are hints for the model; what counts as a date or an address is
 * for the flow to judge.
 */
export function withoutFormats(schema: unknown): unknown {
  if (!isObject(schema)) return schema;
  const kept = Object.entries(schema).filter(([keyword]) => keyword !== "format");
  return Object.fromEntries(kept.map(([keyword, held]) => [keyword, heldWithoutFormats(keyword, held)]));
}

function heldWithoutFormats(keyword: string, held: unknown): unknown {
  if (LIST.includes(keyword) && Array.isArray(held)) return held.map(withoutFormats);
  if (ONE.includes(keyword)) return withoutFormats(held);
  if (!BY_NAME.includes(keyword) || !isObject(held)) return held;
  return Object.fromEntries(Object.entries(held).map(([name, inner]) => [name, withoutFormats(inner)]));
}

function decoded(step: string): string {
  try {
    return decodeURIComponent(step);
  } catch {
    return step;
  }
}

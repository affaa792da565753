/**
 * What is wrong with the JSON Schema of a function's arguments. It is told when the flow starts, so the schema
 * library, which loads with the first call, has no part in it.
 */
import { isObject, referredTo, subschemas } from "./schema-keywords.ts";

const TYPES = ["string", "number", "integer", "boolean", "array", "object", "null"];

/** Those whose schemas are for the very value that theirs is for. */
const IN_PLACE = ["allOf", "anyOf", "dependentSchemas", "else", "if", "not", "oneOf", "then"];

interface Shape {
  fits(held: unknown): boolean;
  expected: string;
}

const NAMES: Shape = {
  fits: (held) => Array.isArray(held) && held.every((name) => typeof name === "string"),
  expected: "a list of names",
};
const NUMBER: Shape = { fits: (held) => typeof held === "number", expected: "a number" };
const PATTERN = "a regular expression of JavaScript, as with the flag u";

/** What the schema library would pass over in silence, or stumble upon with the first call. */
const SHAPES: Record<string, Shape> = {
  $ref: { fits: (held) => typeof held === "string", expected: "a reference such as #/$defs/name" },
  type: {
    fits: (held) => [held].flat().every((name) => typeof name === "string" && TYPES.includes(name)),
    expected: `one of ${TYPES.join(", ")}, or a list of them`,
  },
  enum: { fits: (held) => Array.isArray(held) && held.length > 0, expected: "a list of values" },
  required: NAMES,
  pattern: { fits: (held) => typeof held === "string" && isPattern(held), expected: PATTERN },
  patternProperties: {
    fits: (held) => isObject(held) && Object.keys(held).every(isPattern),
    expected: `an object, each name in it ${PATTERN}`,
  },
  minimum: NUMBER,
  maximum: NUMBER,
  exclusiveMinimum: NUMBER,
  exclusiveMaximum: NUMBER,
  multipleOf: NUMBER,
  minLength: NUMBER,
  maxLength: NUMBER,
  minItems: NUMBER,
  maxItems: NUMBER,
};

/** What keeps a schema from being used, and where it stands; null where nothing does. */
export function schemaProblem(root: Record<string, unknown>): string | null {
  const finite = new Set<unknown>();

  const problemAt = (schema: unknown, path: string): string | null => {
    if (typeof schema === "boolean") return null;
    if (!isObject(schema)) return `${path} must be a schema.`;
    for (const [keyword, held] of Object.entries(schema)) {
      const problem = problemIn(keyword, held, `${path}/${keyword}`);
      if (problem !== null) return problem;
    }
    return isEndless(root, schema, [], finite) ? `${path} refers to itself.` : null;
  };

  const problemIn = (keyword: string, held: unknown, path: string): string | null => {
    const shape = Object.hasOwn(SHAPES, keyword) ? SHAPES[keyword] : undefined;
    if (shape && !shape.fits(held)) return `${path} must be ${shape.expected}.`;
    if (keyword === "$ref" && referredTo(root, String(held)) === undefined)
      return `${path} refers to ${held}, which is not in this schema.`;
    const below = subschemas(keyword, held);
    if (below === null) return `${path} must hold schemas.`;
    for (const [name, schema] of below) {
      const problem = problemAt(schema, `${path}${name}`);
      if (problem !== null) return problem;
    }
    return null;
  };

  return problemAt(root, "#");
}

/**
 * Whether a schema leads back to itself with no step into the value between, so that a check would never end.
 * @param above the schemas that led here
 * @param finite those that are known not to
 */
function isEndless(root: unknown, schema: unknown, above: unknown[], finite: Set<unknown>): boolean {
  if (!isObject(schema) || finite.has(schema)) return false;
  if (above.includes(schema)) return true;
  const { $ref } = schema;
  const inPlace = Object.entries(schema)
    .filter(([keyword]) => IN_PLACE.includes(keyword))
    .flatMap(([keyword, held]) => (subschemas(keyword, held) ?? []).map(([, inner]) => inner));
  if (typeof $ref === "string") inPlace.push(referredTo(root, $ref));
  if (inPlace.some((inner) => isEndless(root, inner, [...above, schema], finite))) return true;
  finite.add(schema);
  return false;
}

function isPattern(written: string): boolean {
  try {
    // As the schema library reads it.
    new RegExp(written, "u");
    return true;
  } catch {
    return false;
  }
}

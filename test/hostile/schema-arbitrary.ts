/** Values that a request schema takes, made from the schema itself. */
import fc from "fast-check";

type Schema = Readonly<Record<string, unknown>>;

/** Few of everything: what is large has tests of its own. */
const MANY = 3;
const LONG = 40;

const isSchema = (value: unknown): value is Schema =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const numberOf = (value: unknown, otherwise: number) => (typeof value === "number" ? value : otherwise);

/** @param schema JSON Schema, as the request schemas use it; anything goes where it says nothing */
export function fromSchema(schema: unknown): fc.Arbitrary<unknown> {
  if (!isSchema(schema)) return fc.jsonValue();
  if ("const" in schema) return fc.constant(schema["const"]);
  if (Array.isArray(schema["anyOf"])) return fc.oneof(...schema["anyOf"].map(fromSchema));
  switch (schema["type"]) {
    case "object":
      return objectFrom(schema);
    case "array": {
      const minLength = numberOf(schema["minItems"], 0);
      return fc.array(fromSchema(schema["items"]), { minLength, maxLength: minLength + MANY });
    }
    case "string":
      if (schema["pattern"] !== undefined) return fc.stringMatching(/^[a-zA-Z0-9_-]{1,20}$/);
      return fc.string({ minLength: numberOf(schema["minLength"], 0), maxLength: LONG, unit: "grapheme" });
    case "integer":
      return fc.integer({ min: numberOf(schema["minimum"], 0), max: numberOf(schema["maximum"], 1000) });
    case "number": {
      const bounds = { min: numberOf(schema["minimum"], 0), max: numberOf(schema["maximum"], 1000) };
      return fc.double({ ...bounds, noNaN: true });
    }
    case "boolean":
      return fc.boolean();
    case "null":
      return fc.constant(null);
    default:
      return fc.jsonValue();
  }
}

function objectFrom({ properties, required, patternProperties }: Schema): fc.Arbitrary<unknown> {
  if (isSchema(properties)) {
    const fields = Object.fromEntries(
      Object.entries(properties).map(([name, field]) => [name, fromSchema(field)]),
    );
    return fc.record(fields, { requiredKeys: Array.isArray(required) ? required.map(String) : [] });
  }
  const [values] = isSchema(patternProperties) ? Object.values(patternProperties) : [];
  return fc.dictionary(fc.string({ maxLength: LONG }), fromSchema(values), { maxKeys: MANY });
}

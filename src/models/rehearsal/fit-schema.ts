import { alternatives, type JsonSchema, mostDepth, neededProperties, typesOf } from "./schema.ts";

/** A value, or the name of the property that nothing was found for. */
export type Fitted = { found: true; value: unknown } | { found: false; missing: string };

/** What fills the leaves; `name` is the property's, or that of the array it stands in. Undefined: nothing. */
export interface Leaves {
  text(schema: JsonSchema, name: string): string | undefined;
  number(schema: JsonSchema, name: string, integer: boolean): number | undefined;
  flag(schema: JsonSchema, name: string): boolean;
  choice(values: readonly unknown[], name: string): unknown;
  /** Whether null, or a default, may stand where nothing else is found. */
  settles: boolean;
}

/** How many schemas are looked at for one value: more than that is nothing anybody reads. */
const mostWork = 10_000;

interface Place {
  name: string;
  references: readonly string[];
  depth: number;
}

/**
 * The smallest value of a schema.
 * @param name what stands as `missing` where the schema itself cannot be filled.
 */
export function fitSchema(root: JsonSchema, name: string, leaves: Leaves): Fitted {
  let left = mostWork;
  const spend = () => left-- > 0;

  function buildType(type: string, schema: JsonSchema, place: Place): Fitted {
    const found = (value: unknown): Fitted =>
      value === undefined ? { found: false, missing: place.name } : { found: true, value };
    switch (type) {
      case "object":
        return buildObject(schema, place);
      case "array":
        return buildArray(schema, place);
      case "number":
      case "integer":
        return found(leaves.number(schema, place.name, type === "integer"));
      case "boolean":
        return found(leaves.flag(schema, place.name));
      case "null":
        return found(leaves.settles ? null : undefined);
      default:
        return found(leaves.text(schema, place.name));
    }
  }

  function buildObject(schema: JsonSchema, place: Place): Fitted {
    const entries: [string, unknown][] = [];
    for (const [key, property] of neededProperties(schema)) {
      const fitted = build(property, { ...place, name: key, depth: place.depth + 1 });
      if (!fitted.found) return fitted;
      entries.push([key, fitted.value]);
    }
    return { found: true, value: Object.fromEntries(entries) };
  }

  function buildArray(schema: JsonSchema, place: Place): Fitted {
    const length = typeof schema["minItems"] === "number" ? schema["minItems"] : 0;
    const first: unknown[] = Array.isArray(schema["prefixItems"]) ? schema["prefixItems"] : [];
    const elements: unknown[] = [];
    while (elements.length < length) {
      const element = first[elements.length] ?? schema["items"] ?? {};
      const fitted = build(element, { ...place, depth: place.depth + 1 });
      if (!fitted.found) return fitted;
      elements.push(fitted.value);
    }
    return { found: true, value: elements };
  }

  function buildOne(schema: JsonSchema, place: Place): Fitted {
    if ("const" in schema) return { found: true, value: schema["const"] };
    const choices = schema["enum"];
    if (Array.isArray(choices) && choices.length > 0) {
      return { found: true, value: leaves.choice(choices, place.name) };
    }
    let result: Fitted = { found: false, missing: place.name };
    for (const type of typesOf(schema)) {
      const fitted = buildType(type, schema, place);
      if (fitted.found) return fitted;
      if (type !== "null") result = fitted;
    }
    const fallback = schema["default"];
    return leaves.settles && fallback !== undefined ? { found: true, value: fallback } : result;
  }

  function build(schema: unknown, place: Place): Fitted {
    let result: Fitted | undefined;
    if (place.depth <= mostDepth) {
      for (const { schema: alternative, references } of alternatives(root, schema, place.references, spend)) {
        const fitted = buildOne(alternative, { ...place, references });
        if (fitted.found) return fitted;
        result ??= fitted;
      }
    }
    return result ?? { found: false, missing: place.name };
  }

  return build(root, { name, references: [], depth: 0 });
}

/** A JSON Schema object. What it says is read as far as building a value needs it; the rest is ignored. */
export type JsonSchema = Record<string, unknown>;

/** How deep schemas may stand in each other. */
export const mostDepth = 64;

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * The properties that must be given, by name: `required`, and where that is absent every property without
 * enum or default.
 */
export function neededProperties(schema: JsonSchema): [name: string, schema: unknown][] {
  const properties = isRecord(schema["properties"]) ? schema["properties"] : {};
  const entries = Object.entries(properties);
  const required = schema["required"];
  if (!Array.isArray(required)) {
    return entries.filter(
      ([, property]) => !isRecord(property) || !("enum" in property || "default" in property),
    );
  }
  const names = new Set(required.filter((name) => typeof name === "string"));
  const undeclared = [...names].filter((name) => !Object.hasOwn(properties, name));
  return [
    ...entries.filter(([name]) => names.has(name)),
    ...undeclared.map((name): [string, unknown] => [name, {}]),
  ];
}

/** Two schemas that hold at once, as one; where they contradict each other the second is right. */
function merge(one: JsonSchema, other: JsonSchema): JsonSchema {
  const merged = { ...one, ...other };
  const [left, right] = [one["properties"], other["properties"]];
  if (isRecord(left) && isRecord(right)) {
    const both = Object.entries(right).map(([name, property]): [string, unknown] => {
      const same = Object.hasOwn(left, name) ? left[name] : undefined;
      return [name, isRecord(same) && isRecord(property) ? merge(same, property) : property];
    });
    merged["properties"] = { ...left, ...Object.fromEntries(both) };
  }
  const [needed, neededToo] = [one["required"], other["required"]];
  if (Array.isArray(needed) && Array.isArray(neededToo)) merged["required"] = [...needed, ...neededToo];
  return merged;
}

/** What a local reference (`#/$defs/name`) points at. */
function follow(root: JsonSchema, reference: string): unknown {
  if (!reference.startsWith("#")) return undefined;
  const keys = reference.slice(1).split("/").slice(1);
  let target: unknown = root;
  for (const key of keys) {
    const name = key.replaceAll("~1", "/").replaceAll("~0", "~");
    const parent: unknown = target;
    if (Array.isArray(parent)) target = parent[Number(name)];
    else target = isRecord(parent) && Object.hasOwn(parent, name) ? parent[name] : undefined;
  }
  return target;
}

/** The JSON types a schema allows, null last: it is the way out, not the first choice. */
export function typesOf(schema: JsonSchema): string[] {
  const type = schema["type"];
  if (typeof type === "string") return [type];
  if (Array.isArray(type)) {
    const types = type.filter((name) => typeof name === "string");
    return [...types.filter((name) => name !== "null"), ...types.filter((name) => name === "null")];
  }
  if ("properties" in schema || "required" in schema || "additionalProperties" in schema) return ["object"];
  if ("items" in schema || "prefixItems" in schema || "minItems" in schema) return ["array"];
  if ("minimum" in schema || "maximum" in schema || "multipleOf" in schema) return ["number"];
  return ["string"];
}

/** One way to read a schema, without references and unions; `references` are those it was reached through. */
export interface Alternative {
  schema: JsonSchema;
  references: readonly string[];
}

/**
 * The ways to read a schema, first come first: references followed, `allOf` merged, `anyOf` and `oneOf` one
 * by one. A reference that is already being followed yields nothing: a value that needs itself has no
 * smallest form.
 * @param references those being followed.
 * @param spend is called once a schema looked at; false stops the search.
 */
export function* alternatives(
  root: JsonSchema,
  schema: unknown,
  references: readonly string[],
  spend: () => boolean,
  depth = 0,
): Generator<Alternative> {
  if (schema === true) yield { schema: {}, references };
  if (!isRecord(schema) || depth > mostDepth || !spend()) return;
  const read = (part: unknown, through = references) => alternatives(root, part, through, spend, depth + 1);
  const { $ref, allOf, anyOf, oneOf, ...own } = schema;
  if (typeof $ref === "string") {
    if (references.includes($ref)) return;
    const beside: JsonSchema = { ...schema };
    delete beside["$ref"];
    for (const target of read(follow(root, $ref), [...references, $ref])) {
      yield* read(merge(target.schema, beside), target.references);
    }
  } else if (Array.isArray(allOf) && allOf.length > 0) {
    const [first, ...others] = allOf;
    for (const part of read(first)) {
      yield* read({ ...merge(part.schema, schema), allOf: others }, part.references);
    }
  } else {
    const options = [anyOf, oneOf].find((list) => Array.isArray(list) && list.length > 0);
    if (!Array.isArray(options)) yield { schema: own, references };
    else {
      for (const option of options) {
        for (const chosen of read(option)) yield { ...chosen, schema: merge(own, chosen.schema) };
      }
    }
  }
}

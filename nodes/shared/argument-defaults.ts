/** The defaults that a function's schema gives for what the model left out. */
import { isObject, referredTo } from "./schema-keywords.ts";

/**
 * The arguments with the schema's defaults where a property is absent: in objects within objects and lists, and
 * through `$ref` and `allOf`. What stands in alternatives (`anyOf`, `oneOf`, `if`) is left alone. An object that is
 * absent and has no default of its own stays absent. Changes nothing in what it is given.
 * @param schema one in which `schemaProblem` finds nothing
 */
export function withDefaults(schema: Record<string, unknown>, given: unknown): unknown {
  return new Filling(schema).fill(schema, given, true);
}

class Filling {
  readonly #root: unknown;

  constructor(root: unknown) {
    this.#root = root;
  }

  /** @param follows whether to follow `$ref`: not within a default, which might bring itself in again for ever */
  fill(schema: unknown, given: unknown, follows: boolean): unknown {
    if (!isObject(schema)) return given;
    const { $ref, allOf } = schema;
    const parts = Array.isArray(allOf) ? [...allOf] : [];
    if (follows && typeof $ref === "string") parts.push(referredTo(this.#root, $ref));
    const filled = parts.reduce((value: unknown, part: unknown) => this.fill(part, value, follows), given);
    if (Array.isArray(filled)) return this.#fillItems(schema, filled, follows);
    return isObject(filled) ? this.#fillProperties(schema, filled, follows) : filled;
  }

  #fillItems(schema: Record<string, unknown>, items: unknown[], follows: boolean): unknown[] {
    const listed = [schema["prefixItems"], schema["items"]].find((held) => Array.isArray(held)) ?? [];
    const rest = Array.isArray(schema["items"]) ? schema["additionalItems"] : schema["items"];
    return items.map((item, index) => this.fill(listed[index] ?? rest, item, follows));
  }

  #fillProperties(schema: Record<string, unknown>, given: Record<string, unknown>, follows: boolean) {
    const properties = isObject(schema["properties"]) ? schema["properties"] : {};
    const present = Object.entries(given).map(([name, value]) => {
      const declared = Object.hasOwn(properties, name) ? properties[name] : schema["additionalProperties"];
      return [name, this.fill(declared, value, follows)];
    });
    const absent = Object.entries(properties).flatMap(([name, declared]) => {
      if (Object.hasOwn(given, name)) return [];
      const source = this.#withDefault(declared);
      return source ? [[name, this.fill(declared, structuredClone(source["default"]), false)]] : [];
    });
    return Object.fromEntries([...present, ...absent]);
  }

  /** The schema that says the default: the property's own, or the one it refers to. */
  #withDefault(declared: unknown): Record<string, unknown> | null {
    if (!isObject(declared)) return null;
    if (Object.hasOwn(declared, "default")) return declared;
    const { $ref } = declared;
    return typeof $ref === "string" ? this.#withDefault(referredTo(this.#root, $ref)) : null;
  }
}

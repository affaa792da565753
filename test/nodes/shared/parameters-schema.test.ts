import assert from "node:assert/strict";
import { schemaProblem } from "../../../nodes/shared/parameters-schema.ts";

type Fields = Record<string, unknown>;

const object = (properties: Fields, more: Fields = {}) => ({ type: "object", properties, ...more });

describe("a schema of parameters", () => {
  const usable: [string, Fields][] = [
    ["a plain one", object({ a: { type: "string" }, b: true }, { required: ["a"] })],
    [
      "one that contains itself",
      object({ left: { $ref: "#" }, list: { type: "array", items: { $ref: "#" } } }),
    ],
    [
      "one that uses a definition twice",
      object({ a: { allOf: [{ $ref: "#/$defs/x" }, { $ref: "#/$defs/x" }] } }, { $defs: { x: {} } }),
    ],
    ["one with escaped names", object({ a: { $ref: "#/$defs/x~1y%20z" } }, { $defs: { "x/y z": {} } })],
    [
      "one whose properties are called like keywords",
      object({ type: {}, pattern: {}, $ref: {}, required: {} }),
    ],
    [
      "one with keywords' names in its data",
      object({ a: { const: { type: "?" }, enum: [{ pattern: "(" }], default: { $ref: "x" } } }),
    ],
    ["one with keywords nobody knows", object({ a: { "x-order": 1, toString: 1 } })],
  ];
  for (const [title, schema] of usable) {
    it(`is of use: ${title}`, () => {
      assert.equal(schemaProblem(schema), null);
    });
  }

  const useless: [string, Fields, RegExp][] = [
    ["an unknown type", object({ a: { type: "text" } }), /^#\/properties\/a\/type must be one of string,/],
    ["a property that is no schema", object({ a: "string" }), /^#\/properties\/a must be a schema/],
    ["properties in a list", { type: "object", properties: [] }, /^#\/properties must hold schemas/],
    [
      "a required that is no list",
      object({ a: { required: true } }),
      /^#\/properties\/a\/required must be a list/,
    ],
    ["an enum that is no list", object({ a: { enum: "x" } }), /^#\/properties\/a\/enum must be a list/],
    [
      "a limit that is no number",
      object({ a: { minimum: "1" } }),
      /^#\/properties\/a\/minimum must be a number/,
    ],
    ["a broken pattern", object({ a: { pattern: "(?i)x" } }), /^#\/properties\/a\/pattern must be a regular/],
    [
      "a broken name pattern",
      { type: "object", patternProperties: { "(": {} } },
      /^#\/patternProperties must be/,
    ],
    [
      "a reference to nothing",
      object({ a: { $ref: "#/$defs/x" } }),
      /^#\/properties\/a\/\$ref refers to #\/\$defs\/x/,
    ],
    ["a reference to another document", object({ a: { $ref: "https://x.example" } }), /refers to https/],
    ["alternatives that are no list", object({ a: { anyOf: {} } }), /^#\/properties\/a\/anyOf must hold/],
    [
      "a mistake in a list of schemas",
      object({ a: { anyOf: [{}, { type: 1 }] } }),
      /^#\/properties\/a\/anyOf\/1\/type/,
    ],
    [
      "a reference to itself",
      object({ a: { $ref: "#/properties/a" } }),
      /^#\/properties\/a refers to itself/,
    ],
    [
      "a detour to itself",
      object({ a: { $ref: "#/$defs/x" } }, { $defs: { x: { allOf: [{ $ref: "#/$defs/x" }] } } }),
      /refers to itself/,
    ],
  ];
  for (const [title, schema, expected] of useless) {
    it(`is of no use, and it is said why: ${title}`, () => {
      assert.match(schemaProblem(schema) ?? "", expected);
    });
  }
});

import assert from "node:assert/strict";
import { argumentCheck } from "../../../nodes/shared/argument-check.ts";

type Fields = Record<string, unknown>;

const object = (properties: Fields, more: Fields = {}) => ({ type: "object", properties, ...more });
const text = { type: "string" };
const weather = object({ city: text, unit: { type: "string", enum: ["f", "c"] } }, { required: ["city"] });
const legs = object({ legs: { type: "array", items: object({ to: text }, { required: ["to"] }) } });
const person = object(
  { who: { $ref: "#/$defs/a~1b" } },
  { $defs: { "a/b": object({ age: { type: "integer" } }) } },
);
const tree = object({ left: { $ref: "#" }, depth: { type: "number", default: 0 } });

async function check(schema: Fields, given: unknown) {
  return (await argumentCheck("getWeather", schema))(given);
}

describe("arguments that fit", () => {
  const fitting: [string, Fields, unknown][] = [
    ["an object with what is required", weather, { city: "Bonn" }],
    ["a value of an enum", weather, { city: "Bonn", unit: "c" }],
    ["properties nobody declared", weather, { city: "Bonn", country: "DE" }],
    ["none, where none are declared", { type: "object" }, {}],
    ["none, where nothing is required", object({ city: text }), {}],
    ["objects in a list", legs, { legs: [{ to: "Köln" }, { to: "Bonn" }] }],
    [
      "names and texts in any script",
      object({ città: { ...text, maxLength: 2 } }, { required: ["città"] }),
      { città: "東😀" },
    ],
    ["what a $ref leads to", person, { who: { age: 3 } }],
    ["a text unlike its format", object({ day: { type: "string", format: "date" } }), { day: "tomorrow" }],
    [
      "a property called format",
      object({ format: { enum: ["a4"] } }, { required: ["format"] }),
      { format: "a4" },
    ],
    ["null, where the type allows it", object({ city: { type: ["string", "null"] } }), { city: null }],
  ];
  for (const [title, schema, given] of fitting) {
    it(`are handed on as they are: ${title}`, async () => {
      assert.deepEqual(await check(schema, given), { fitting: given });
    });
  }
});

describe("defaults", () => {
  const unit = { type: "string", default: "c" };
  const filled: [string, Fields, unknown, unknown][] = [
    ["for what is absent", object({ unit }), {}, { unit: "c" }],
    ["for what is required", object({ unit }, { required: ["unit"] }), {}, { unit: "c" }],
    ["in an object that is there", object({ in: object({ unit }) }), { in: {} }, { in: { unit: "c" } }],
    [
      "in the objects of a list",
      object({ l: { type: "array", items: object({ unit }) } }),
      { l: [{}, { unit: "f" }] },
      { l: [{ unit: "c" }, { unit: "f" }] },
    ],
    [
      "in the places of a tuple",
      object({ l: { prefixItems: [{}, object({ unit })] } }),
      { l: [{}, {}] },
      { l: [{}, { unit: "c" }] },
    ],
    ["within a default", object({ in: { ...object({ unit }), default: {} } }), {}, { in: { unit: "c" } }],
    ["by a $ref", object({ unit: { $ref: "#/$defs/unit" } }, { $defs: { unit } }), {}, { unit: "c" }],
    ["by allOf", object({}, { allOf: [object({ unit })] }), {}, { unit: "c" }],
    [
      "by additionalProperties",
      object({}, { additionalProperties: object({ unit }) }),
      { a: {} },
      { a: { unit: "c" } },
    ],
    ["at every depth of a schema that contains itself", tree, { left: {} }, { left: { depth: 0 }, depth: 0 }],
    ["even one that does not fit", object({ unit: { type: "string", default: null } }), {}, { unit: null }],
  ];
  for (const [title, schema, given, expected] of filled) {
    it(`are filled in ${title}`, async () => {
      assert.deepEqual(await check(schema, given), { fitting: expected });
    });
  }

  const untouched: [string, Fields, unknown][] = [
    ["null in its place", object({ unit: { default: "c" } }), { unit: null }],
    ["an object that is absent", object({ in: object({ unit }) }), {}],
    ["alternatives", object({ in: { anyOf: [object({ unit })] } }), { in: {} }],
  ];
  for (const [title, schema, given] of untouched) {
    it(`leave alone ${title}`, async () => {
      assert.deepEqual(await check(schema, given), { fitting: given });
    });
  }

  it("that bring themselves in are filled in once", async () => {
    const schema = object({ left: { $ref: "#", default: {} } });
    assert.deepEqual(await check(schema, {}), { fitting: { left: {} } });
  });

  it("are a copy for each call", async () => {
    const checkOnce = await argumentCheck("f", object({ in: { default: { list: [] } } }));
    const first = checkOnce({});
    assert.ok("fitting" in first);
    Object(first.fitting).in.list.push("the flow's");
    assert.deepEqual(checkOnce({}), { fitting: { in: { list: [] } } });
  });

  it("leave what was given as it was", async () => {
    const given = { in: {} };
    await check(object({ in: object({ unit }) }), given);
    assert.deepEqual(given, { in: {} });
  });

  it("are found for a property called __proto__, and change no prototype", async () => {
    const schema = object(JSON.parse('{"__proto__": {"default": {"evil": true}}}'));
    const checked = await check(schema, {});
    assert.ok("fitting" in checked);
    assert.equal(Object(checked.fitting)["evil"], undefined);
    assert.equal(Object.getPrototypeOf(checked.fitting), Object.prototype);
  });
});

describe("arguments that do not fit", () => {
  const one = object({ n: { type: "integer", minimum: 3 } }, { additionalProperties: false });
  const either = object({ n: { anyOf: [{ type: "string" }, { type: "null" }] } });
  const misfits: [string, Fields, unknown, string][] = [
    ["one that is missing", weather, {}, 'do not fit: the object must have "city".'],
    ["one of another type", weather, { city: 1 }, "do not fit: city must be of type string."],
    ["a number as a text", one, { n: "5" }, "do not fit: n must be of type integer."],
    ["none of an enum", weather, { city: "Bonn", unit: "k" }, 'do not fit: unit must be one of "f", "c".'],
    ["not the constant", object({ k: { const: 7 } }), { k: 8 }, "do not fit: k must be 7."],
    ["too small a number", one, { n: 2 }, "do not fit: n must be >= 3."],
    ["one that is not allowed", one, { m: 1 }, "do not fit: m is not allowed."],
    ["one within a list", legs, { legs: [{ to: "Bonn" }, {}] }, 'do not fit: legs[1] must have "to".'],
    ["one behind a $ref", person, { who: { age: "3" } }, "do not fit: who.age must be of type integer."],
    ["no alternative", either, { n: 1 }, "do not fit: n must be of type string or must be of type null."],
    ["a list", weather, [], "do not fit: the object must be of type object."],
    ["null", weather, null, "do not fit: the object must be of type object."],
    [
      "two at once",
      weather,
      { city: 1, unit: 2 },
      'do not fit: city must be of type string; unit must be of type string or must be one of "f", "c".',
    ],
    ["a JSON text", weather, '"Bonn"', "do not fit: the object must be of type object."],
    [
      "a text that is no JSON",
      weather,
      "city: Bonn",
      "are not JSON: Unexpected token 'c', \"city: Bonn\" is not valid JSON",
    ],
  ];
  for (const [title, schema, given, expected] of misfits) {
    it(`are told to the model: ${title}`, async () => {
      assert.deepEqual(await check(schema, given), { misfit: `The arguments of getWeather ${expected}` });
    });
  }

  for (const start of ["", "a"]) {
    it(`are told in at most 500 characters, none of them half, however long the names are: ${start}…`, async () => {
      const names = Array.from({ length: 7 }, (_, place) => `${start}${place}${"😀".repeat(400)}`);
      const given = Object.fromEntries(names.map((name) => [name, 1]));
      const checked = await check(object({}, { additionalProperties: false }), given);
      assert.ok("misfit" in checked);
      assert.ok(checked.misfit.length <= 500);
      assert.ok(checked.misfit.isWellFormed());
    });
  }

  it("are told also where they are nested more deeply than can be checked", async () => {
    const deep: Fields = {};
    let inner = deep;
    for (let depth = 0; depth < 100_000; depth += 1) {
      const next: Fields = {};
      inner["left"] = next;
      inner = next;
    }
    const checked = await check(tree, deep);
    assert.ok("misfit" in checked);
    assert.match(checked.misfit, /^The arguments of getWeather cannot be checked/);
  });
});

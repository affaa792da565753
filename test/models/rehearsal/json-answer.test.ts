import assert from "node:assert/strict";
import { ModelError } from "../../../src/models/model.ts";
import { ask, declared, says, step } from "./ask.ts";

const text = { type: "string" };
const items = [says("The door!"), ...step({ open_door: "It is open." })];

/** The answer to a format with this schema, parsed. */
async function fitted(schema: Record<string, unknown>): Promise<unknown> {
  const response_format = { type: "json_schema", json_schema: { name: "door", schema } } as const;
  return JSON.parse((await ask({ items, response_format })).text);
}

const object = (properties: Record<string, unknown>, rest: Record<string, unknown> = {}) => ({
  type: "object",
  properties,
  required: Object.keys(properties),
  ...rest,
});

/** What stands where the quote was found, so that a test can compare the rest. */
function withoutQuote(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (_key, part: unknown) =>
    typeof part === "string" && part.includes('open_door returned "It is open."') ? "QUOTE" : part,
  );
}

describe("rehearsal: JSON answers", () => {
  it("json_object: an object with the quote in a text field", async () => {
    const answer: unknown = JSON.parse((await ask({ items, response_format: { type: "json_object" } })).text);
    assert.deepEqual(withoutQuote(answer), { answer: "QUOTE" });
  });

  it("json_schema without a schema: the same", async () => {
    assert.deepEqual(withoutQuote(await fitted({})), { answer: "QUOTE" });
  });

  it("puts the quote into the first text field and leaves the others empty", async () => {
    const schema = object({ count: { type: "integer" }, title: text, note: text });
    assert.deepEqual(withoutQuote(await fitted(schema)), { count: 0, title: "QUOTE", note: "" });
  });

  it("finds the first text field in a nested object", async () => {
    const schema = object({ ok: { type: "boolean" }, inner: object({ kind: { const: "x" }, say: text }) });
    assert.deepEqual(withoutQuote(await fitted(schema)), { ok: false, inner: { kind: "x", say: "QUOTE" } });
  });

  it("leaves out what is not required", async () => {
    const schema = { type: "object", properties: { a: text, b: text }, required: ["b"] };
    assert.deepEqual(withoutQuote(await fitted(schema)), { b: "QUOTE" });
  });

  it("without `required` fills every property without enum or default", async () => {
    const schema = { properties: { a: text, b: { enum: ["x"] }, c: { type: "number", default: 1 } } };
    assert.deepEqual(withoutQuote(await fitted(schema)), { a: "QUOTE" });
  });

  it("takes enums, constants, nulls and numbers within their bounds", async () => {
    const schema = object({
      kind: { type: "string", enum: ["small", "big"] },
      version: { const: 2 },
      nothing: { type: "null" },
      year: { type: "integer", minimum: 1900 },
      share: { type: "number", exclusiveMinimum: 0, maximum: 1 },
      below: { type: "integer", maximum: -5 },
      step: { type: "integer", exclusiveMinimum: 3, multipleOf: 4 },
    });
    assert.deepEqual(await fitted(schema), {
      kind: "small",
      version: 2,
      nothing: null,
      year: 1900,
      share: 1,
      below: -5,
      step: 4,
    });
  });

  it("makes lists as short as they may be", async () => {
    const schema = object({
      none: { type: "array", items: text },
      two: { type: "array", minItems: 2, items: text },
    });
    assert.deepEqual(withoutQuote(await fitted(schema)), { none: [], two: ["QUOTE", ""] });
  });

  it("follows local references and the first of anyOf", async () => {
    const schema = object(
      { door: { $ref: "#/$defs/door" }, size: { anyOf: [{ type: "integer", minimum: 3 }, text] } },
      { $defs: { door: { allOf: [object({ color: text }), { properties: { color: { maxLength: 4 } } }] } } },
    );
    assert.deepEqual(await fitted(schema), { door: { color: "This" }, size: 3 });
  });

  it("takes the way out of a schema that contains itself", async () => {
    const schema = object(
      { top: { $ref: "#/$defs/node" } },
      {
        $defs: { node: object({ say: text, next: { anyOf: [{ $ref: "#/$defs/node" }, { type: "null" }] } }) },
      },
    );
    assert.deepEqual(withoutQuote(await fitted(schema)), { top: { say: "QUOTE", next: null } });
  });

  it("writes texts of a format, and puts the quote elsewhere", async () => {
    const schema = object({ day: { type: "string", format: "date" }, say: text });
    assert.deepEqual(withoutQuote(await fitted(schema)), { day: "1970-01-01", say: "QUOTE" });
  });

  it("makes texts long enough", async () => {
    const schema = object({ say: text, code: { type: "string", minLength: 3 } });
    assert.deepEqual(withoutQuote(await fitted(schema)), { say: "QUOTE", code: "---" });
  });

  it("fails where nothing fits", async () => {
    const hopeless = [
      object({ n: { type: "number", minimum: 2, maximum: 1 } }),
      object({ n: { $ref: "#/$defs/gone" } }),
      object({ n: { $ref: "#" } }),
      object({ n: { type: "array", minItems: 1e9, items: text } }),
    ];
    for (const schema of hopeless) {
      await assert.rejects(
        fitted(schema),
        (error) =>
          error instanceof ModelError && error.code === "invalid_prompt" && /'n'/.test(error.message),
      );
    }
  });

  it("comes back from a schema that doubles with every reference", async () => {
    const $defs: Record<string, unknown> = { d40: text };
    for (let depth = 0; depth < 40; depth += 1) {
      const next = { $ref: `#/$defs/d${depth + 1}` };
      $defs[`d${depth}`] = object({ left: next, right: next });
    }
    await assert.rejects(fitted({ $ref: "#/$defs/d0", $defs }), ModelError);
  });

  it("calls functions first", async () => {
    const answer = await ask({
      items: [says("The window!")],
      functions: [declared("open_window", "Opens a window.")],
      response_format: { type: "json_object" },
    });
    assert.deepEqual(answer, { calls: [{ name: "open_window", arguments: "{}" }], text: "" });
  });
});

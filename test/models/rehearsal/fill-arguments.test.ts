import assert from "node:assert/strict";
import { callsFor, declared, says, step } from "./ask.ts";

const text = { type: "string" };

/** The arguments of the one call of `book` after a question and the steps given. */
async function booked(
  properties: Record<string, unknown>,
  question: string,
  steps: Record<string, string>[] = [],
  required?: string[] | null,
): Promise<unknown> {
  const book = declared("book", "Books a table.", properties, required);
  const calls = await callsFor({ items: [says(question), ...steps.flatMap(step)], functions: [book] });
  return calls[0]?.[1];
}

describe("rehearsal: what is needed", () => {
  it("fills what is required and leaves the rest out", async () => {
    const properties = { name: text, note: text, guests: { type: "integer" } };
    assert.deepEqual(await booked(properties, 'A table for "Ann", 4', [], ["name"]), { name: "Ann" });
  });

  it("without `required` fills every property without enum or default", async () => {
    const properties = { name: text, area: { enum: ["in", "out"] }, guests: { type: "integer", default: 2 } };
    assert.deepEqual(await booked(properties, 'A table for "Ann", 4', [], null), { name: "Ann" });
  });

  it("calls a function without parameters with an empty object", async () => {
    const functions = [{ name: "list_tables" }];
    assert.deepEqual(await callsFor({ items: [says("Which tables?")], functions }), [["list_tables", {}]]);
  });
});

describe("rehearsal: texts", () => {
  it("takes the quoted part of the question", async () => {
    for (const name of ['"Ann B."', "'Ann B.'", "“Ann B.”", "„Ann B.“", "«Ann B.»", "`Ann B.`"]) {
      assert.deepEqual(await booked({ name: text }, `What's a table for ${name} tonight?`), {
        name: "Ann B.",
      });
    }
  });

  it("takes the whole question where nothing is quoted", async () => {
    assert.deepEqual(await booked({ name: text }, "Book Ann's table"), { name: "Book Ann's table" });
  });

  it("takes a question without a meaningful word together with the one before", async () => {
    const book = declared("book", "Books a table.", { name: text, guests: { type: "integer" } });
    const items = [says("A table for 4"), says("For whom?", "assistant"), says("And for 6?")];
    const calls = await callsFor({ items, functions: [book] });
    assert.deepEqual(calls, [["book", { name: "A table for 4\nAnd for 6?", guests: 6 }]]);
  });

  it("takes several quotes one by one", async () => {
    const properties = { name: text, note: text };
    const question = 'A table for "Ann" and the note "by the window"';
    assert.deepEqual(await booked(properties, question), { name: "Ann", note: "by the window" });
  });

  it("takes the property of its own name from the latest object that has one", async () => {
    const steps = [{ a: '{"guest_name":"Ann"}' }, { b: '{"guestName":"Bob"}', c: "plain" }];
    assert.deepEqual(await booked({ guest_name: text }, "A table", steps), { guest_name: "Bob" });
  });

  it("prefers the property of its own name to a later plain output", async () => {
    const steps = [{ a: '{"name":"Ann"}' }, { b: "plain" }];
    assert.deepEqual(await booked({ name: text }, "A table", steps), { name: "Ann" });
  });

  it("takes a number from a property of its own name", async () => {
    assert.deepEqual(await booked({ code: text }, "A table", [{ a: '{"code":17}' }]), { code: "17" });
  });

  it("takes the first plain output of the latest step", async () => {
    const steps = [{ a: "old" }, { b: '{"x":"y"}', c: "first", d: "second" }];
    assert.deepEqual(await booked({ name: text }, "A table", steps), { name: "first" });
  });

  it("takes a plain output of no earlier step while another function is ready", async () => {
    const functions = [
      declared("book", "Books a table.", { name: text }),
      declared("free_table", "Frees a table.", { table: text }),
    ];
    const items = [says("A table"), ...step({ a: "Ann" }), ...step({ b: '{"table":"T9"}' })];
    assert.deepEqual(await callsFor({ items, functions }), [["free_table", { table: "T9" }]]);
  });

  it("takes the first of a list that has its own name", async () => {
    const steps = [{ a: '{"label":"x","names":["Bob"],"name":["Ann","Cy"]}' }];
    assert.deepEqual(await booked({ name: text }, "A table", steps), { name: "Ann" });
  });

  it("takes a plain number with the digits it came with", async () => {
    assert.deepEqual(await booked({ code: text }, "A table", [{ a: "1.10" }]), { code: "1.10" });
  });

  it("takes what a JSON text says without its quotes", async () => {
    assert.deepEqual(await booked({ name: text }, "A table", [{ a: '"Ann"' }]), { name: "Ann" });
  });

  it("takes the first text in an object when nothing else is ready", async () => {
    const steps = [{ a: '{"ok":true,"at":{"label":"window"},"n":3}' }];
    assert.deepEqual(await booked({ name: text }, "A table", steps), { name: "window" });
  });

  it("does not take the first text in an object while another function is ready", async () => {
    const functions = [
      declared("book", "Books a table.", { name: text }),
      declared("free_table", "Frees a table.", { table: text }),
    ];
    const items = [says("A table"), ...step({ a: '{"label":"window","table":"T9"}' })];
    assert.deepEqual(await callsFor({ items, functions }), [["free_table", { table: "T9" }]]);
  });

  it("takes nothing from the outputs of an earlier run", async () => {
    const book = declared("book", "Books a table.", { name: text });
    const items = [says("A table"), ...step({ who: "Ann" }), says("ok", "assistant"), says("A table!")];
    assert.deepEqual(await callsFor({ items, functions: [book] }), [["book", { name: "A table!" }]]);
  });

  it("keeps to maxLength", async () => {
    assert.deepEqual(await booked({ name: { type: "string", maxLength: 2 } }, 'A table for "Ann"'), {
      name: "An",
    });
  });
});

describe("rehearsal: numbers", () => {
  const whole = { type: "integer" };
  const number = { type: "number" };

  it("takes the question's numbers in order", async () => {
    const properties = { guests: whole, hour: number };
    assert.deepEqual(await booked(properties, "A table for 4 at 19.5"), { guests: 4, hour: 19.5 });
  });

  it("takes the outputs' numbers before the question's", async () => {
    const properties = { a: number, b: number, c: number };
    const steps = [{ x: "There are 7 left." }, { y: '{"deep":[{"n":-8.5}]}' }];
    assert.deepEqual(await booked(properties, "A table for 4", steps), { a: 7, b: -8.5, c: 4 });
  });

  it("takes the property of its own name before any other", async () => {
    const steps = [{ x: '{"price":20,"guests":3}' }];
    assert.deepEqual(await booked({ guests: whole, price: number }, "A table", steps), {
      guests: 3,
      price: 20,
    });
  });

  it("takes the property of its own name even where another has taken it in order", async () => {
    const steps = [{ x: '{"price":20,"left":3}' }];
    assert.deepEqual(await booked({ a: number, price: number }, "A table", steps), { a: 20, price: 20 });
  });

  it("passes over numbers that do not fit", async () => {
    const properties = { guests: { type: "integer", minimum: 1, maximum: 9 } };
    assert.deepEqual(await booked(properties, "Table 12, at 2.5, for 6"), { guests: 6 });
  });

  it("reads thousands and full-width digits", async () => {
    assert.deepEqual(await booked({ a: number, b: number }, "A table at 1,500 or １８"), { a: 1500, b: 18 });
  });

  it("leaves a function out for which there is no number", async () => {
    assert.equal(await booked({ guests: whole }, "A table, please"), undefined);
  });

  it("calls a function as soon as a number comes up", async () => {
    assert.deepEqual(await booked({ guests: whole }, "A table", [{ count: "5" }]), { guests: 5 });
  });
});

describe("rehearsal: other values", () => {
  const area = { type: "string", enum: ["inside", "on_the_terrace", "terrace"] };

  it("takes the enum value that the question names", async () => {
    assert.deepEqual(await booked({ area }, "A table on the Terrace"), { area: "on_the_terrace" });
  });

  it("takes the enum value that is named first of several", async () => {
    const properties = { color: { enum: ["green", "red"] } };
    assert.deepEqual(await booked(properties, "A red or green table"), { color: "red" });
  });

  it("takes the longer of two enum values that begin alike", async () => {
    const properties = { color: { enum: ["light", "light green"] } };
    assert.deepEqual(await booked(properties, "A light green table"), { color: "light green" });
  });

  it("takes the first enum value where the question names none", async () => {
    assert.deepEqual(await booked({ area }, "A table"), { area: "inside" });
  });

  it("finds an enum value that is a small word", async () => {
    assert.deepEqual(await booked({ lamp: { enum: ["off", "on"] } }, "The table lamp on"), { lamp: "on" });
  });

  it("finds an enum value in a script without spaces", async () => {
    const properties = { where: { enum: ["서울", "부산"] } };
    assert.deepEqual(await booked(properties, "부산의 table"), { where: "부산" });
  });

  it("takes the smallest booleans, lists and objects that fit", async () => {
    const properties = {
      inside: { type: "boolean" },
      tags: { type: "array", items: text },
      guests: { type: "array", minItems: 1, items: { type: "object", properties: { name: text } } },
      where: { $ref: "#/$defs/place" },
    };
    const parameters = { type: "object", properties, $defs: { place: { type: "object", required: [] } } };
    const calls = await callsFor({
      items: [says('A table for "Ann"')],
      functions: [{ name: "book_table", parameters }],
    });
    assert.deepEqual(calls[0]?.[1], { inside: false, tags: [], guests: [{ name: "Ann" }], where: {} });
  });

  it("takes null for a nullable property that nothing is found for", async () => {
    const properties = { name: text, guests: { type: ["integer", "null"] } };
    assert.deepEqual(await booked(properties, 'A table for "Ann"'), { name: "Ann", guests: null });
  });
});

import assert from "node:assert/strict";
import { jsonAnswer, toolOutput } from "../../../nodes/questions/tool-output.ts";

describe("a flow's answer for the model", () => {
  const loop: unknown[] = [];
  loop.push(loop);

  for (const [title, payload, output] of [
    ["a text as it is", '"quoted" {{x}}', '"quoted" {{x}}'],
    ["an empty text as it is", "", ""],
    ["a number as JSON", 1.5, "1.5"],
    ["false as JSON", false, "false"],
    ["null as JSON", null, "null"],
    ["an object as JSON", { a: [1, "x"] }, '{"a":[1,"x"]}'],
    ["bytes as the text that they are", Buffer.from("Größe"), "Größe"],
    ["a text of just the size", "ö".repeat(512), "ö".repeat(512)],
  ] as const) {
    it(`is ${title}`, () => assert.deepEqual(toolOutput("f", payload, 1024), { output }));
  }

  for (const [title, payload, problem] of [
    ["nothing", undefined, "empty"],
    ["a function", () => {}, "empty"],
    ["a loop", loop, "circular"],
    ["a big integer", 1n, "circular"],
    ["bytes that are no text", Buffer.from([0xff, 0xfe]), "binary"],
    ["a text that is one byte too long", `${"ö".repeat(512)}.`, "too_large"],
    ["an object that is too large", { text: "x".repeat(1024) }, "too_large"],
  ] as const) {
    it(`is an error that names the function where it gave ${title}`, () => {
      const { output, problem: found } = toolOutput("getWeather", payload, 1024);
      assert.equal(found, problem);
      assert.match(JSON.parse(output).error, /getWeather/);
    });
  }
});

describe("an answer that is written down", () => {
  for (const [title, payload] of [
    ["a text", "x"],
    ["an object", { a: [1, null] }],
    ["a number", 1.5],
  ] as const) {
    it(`comes back as it was where it is ${title}`, () => {
      assert.deepEqual(JSON.parse(JSON.stringify(jsonAnswer("f", { payload }, 1024))), { payload });
    });
  }

  it("comes back as the text that the model reads where it is bytes", () => {
    assert.deepEqual(jsonAnswer("f", { payload: Buffer.from("text") }, 1024), { payload: "text" });
  });

  it("comes back as the error that the model reads where it is nothing", () => {
    assert.deepEqual(jsonAnswer("f", { payload: undefined }, 1024), {
      error: "The function f gave no answer.",
    });
  });

  it("keeps an error", () => {
    assert.deepEqual(jsonAnswer("f", { error: "down" }, 1024), { error: "down" });
  });
});

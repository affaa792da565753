import assert from "node:assert/strict";
import { keepMessage, takeMessage, writeMessage } from "../../../nodes/questions/kept-message.ts";

const loop: unknown[] = [];
loop.push(loop);

describe("a message over a restart", () => {
  it("comes back with all of it that is JSON", () => {
    const msg = { _msgid: "1", payload: { deep: [1, null, "x"] }, topic: "", flag: false };
    assert.deepEqual(takeMessage({ id: "1", message: writeMessage(msg) }), msg);
  });

  for (const [title, value] of [
    ["a Buffer", Buffer.from("x")],
    ["a date", new Date(0)],
    ["a function", () => {}],
    ["a loop", loop],
    ["a big integer", 1n],
    ["an object with nothing in a property", { a: undefined }],
    ["a text over a megabyte", "x".repeat(1_048_577)],
  ] as const) {
    it(`comes back without ${title}`, () => {
      assert.deepEqual(JSON.parse(writeMessage({ _msgid: "1", value, payload: 1 })), {
        _msgid: "1",
        payload: 1,
      });
    });
  }

  it("comes back without the HTTP request and response", () => {
    assert.deepEqual(JSON.parse(writeMessage({ req: { a: 1 }, res: { b: 1 }, payload: 1 })), { payload: 1 });
  });

  it("comes back whole, once, while the process goes on", () => {
    const msg = { payload: Buffer.from("x") };
    keepMessage("1", msg);
    assert.equal(takeMessage({ id: "1", message: "{}" }), msg);
    assert.deepEqual(takeMessage({ id: "1", message: "{}" }), {});
  });
});

import assert from "node:assert/strict";
import type { NodeMessage } from "node-red";
import { failedNode, Retries } from "../../../nodes/questions/retries.ts";

const failedAt = (id: string, type = "assistants-run", _msgid = "question") => ({
  _msgid,
  error: { message: "No.", source: { id, type, name: "", count: 1 } },
});

describe("the node whose failure a message tells of", () => {
  it("is what Catch says", () => {
    assert.deepEqual(failedNode(failedAt("a")), { id: "a", type: "assistants-run" });
  });

  for (const error of [undefined, null, "No.", 1, {}, { source: null }, { source: "a" }, { source: {} }]) {
    it(`is not told by ${JSON.stringify(error)}`, () => assert.equal(failedNode({ error }), null));
  }
});

describe("a message that comes to a run node", () => {
  const times = (retries: Retries, msg: NodeMessage, count: number) =>
    Array.from({ length: count }, () => retries.mayAsk(msg));

  it("is a question every time where nothing failed", () => {
    assert.deepEqual(times(new Retries("a", 0), { _msgid: "question" }, 3), [true, true, true]);
  });

  it("is a question where its error is the flow's own", () => {
    assert.deepEqual(times(new Retries("a", 0), { error: "No." }, 2), [true, true]);
  });

  for (const limit of [0, 1, 3]) {
    it(`is a question ${limit} times more where it failed here and the node allows ${limit} retries`, () => {
      const asked = times(new Retries("a", limit), failedAt("a"), limit + 2);
      assert.deepEqual(asked, [...Array(limit).fill(true), false, false]);
    });
  }

  it("is a question once where it failed at another run node, whatever this one allows", () => {
    for (const limit of [0, 5]) {
      assert.deepEqual(times(new Retries("a", limit), failedAt("b"), 3), [true, false, false]);
    }
  });

  it("is a question once for all other run nodes together", () => {
    const retries = new Retries("a", 0);
    assert.deepEqual([retries.mayAsk(failedAt("b")), retries.mayAsk(failedAt("c"))], [true, false]);
  });

  it("has retries of its own left after it has come from another run node", () => {
    const retries = new Retries("a", 1);
    assert.deepEqual([retries.mayAsk(failedAt("b")), retries.mayAsk(failedAt("a"))], [true, true]);
  });

  it("is counted for itself", () => {
    const retries = new Retries("a", 1);
    const asked = ["1", "2", "1"].map((id) => retries.mayAsk(failedAt("a", "assistants-run", id)));
    assert.deepEqual(asked, [true, true, false]);
  });

  for (const type of ["function", "http request", "assistants-message", "assistants-create-assistant"]) {
    it(`is never a question where a node of type ${type} failed`, () => {
      assert.equal(new Retries("a", 5).mayAsk(failedAt("b", type)), false);
    });
  }

  it("is forgotten only after ten thousand others", () => {
    const retries = new Retries("a", 1);
    for (let count = 0; count <= 10_000; count += 1) {
      retries.mayAsk(failedAt("a", "assistants-run", `${count}`));
    }
    const again = (id: string) => retries.mayAsk(failedAt("a", "assistants-run", id));
    assert.deepEqual([again("1"), again("10000"), again("0")], [false, false, true]);
  });
});

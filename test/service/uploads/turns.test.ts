import assert from "node:assert/strict";
import { Turns } from "../../../src/service/uploads/turns.ts";

describe("turns", () => {
  it("come one after the other for one thing, also behind one that failed", async () => {
    const turns = new Turns();
    const heard: string[] = [];
    const first = Promise.withResolvers<void>();
    const failing = turns.take("a", async () => {
      await first.promise;
      heard.push("first");
      throw new Error("failed");
    });
    const second = turns.take("a", async () => heard.push("second"));
    await turns.take("b", async () => heard.push("of another"));
    first.resolve();
    await assert.rejects(failing, { message: "failed" });
    await second;
    assert.deepEqual(heard, ["of another", "first", "second"]);
  });

  it("answer with what their work comes to", async () => {
    assert.equal(await new Turns().take("a", async () => 1), 1);
  });
});

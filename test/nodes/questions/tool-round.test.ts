import assert from "node:assert/strict";
import { ToolRound } from "../../../nodes/questions/tool-round.ts";
import { called } from "./tool-calls.ts";

describe("a round of tool calls", () => {
  const two = [called("1"), called("2")];

  it("has its answers in the order of the calls", async () => {
    const round = new ToolRound(1, two);
    round.answer("2", "second");
    round.answer("1", "first");
    assert.deepEqual(await round.answers, [
      { call: two[0], payload: "first" },
      { call: two[1], payload: "second" },
    ]);
  });

  it("waits for the last of them", async () => {
    const round = new ToolRound(1, two);
    round.answer("1", "first");
    const first = await Promise.race([round.answers, Promise.resolve("not yet")]);
    assert.equal(first, "not yet");
  });

  it("takes undefined for an answer", async () => {
    const round = new ToolRound(1, [called("1")]);
    round.answer("1", undefined);
    assert.deepEqual(
      (await round.answers).map(({ payload }) => payload),
      [undefined],
    );
  });

  it("takes the first answer to a call and no other", async () => {
    const round = new ToolRound(1, two);
    for (const payload of ["first", "again"]) round.answer("1", payload);
    round.answer("2", "x");
    assert.equal((await round.answers)[0]?.payload, "first");
  });

  it("takes no answer to a call that is not its own", async () => {
    const round = new ToolRound(1, two);
    for (const id of ["1", "3"]) round.answer(id, "x");
    const first = await Promise.race([round.answers, Promise.resolve("not yet")]);
    assert.equal(first, "not yet");
  });
});

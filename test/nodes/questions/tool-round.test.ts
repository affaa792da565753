import assert from "node:assert/strict";
import { firstLineage } from "../../../nodes/questions/lineage.ts";
import { openCallOf } from "../../../nodes/questions/open-calls.ts";
import { ToolRound } from "../../../nodes/questions/tool-round.ts";
import { called } from "./tool-calls.ts";

const two = [called("1"), called("2")];
const settings = {
  runId: "run_1",
  number: 1,
  lineage: firstLineage(50),
  toolSeconds: 60,
  maxCalls: 32,
  onWait() {},
  onAnswer() {},
};

describe("a round of tool calls", () => {
  let round: ToolRound;

  const begin = (calls = two, changed: Partial<typeof settings> = {}) => {
    round = new ToolRound(calls, { ...settings, ...changed });
    return round;
  };
  const openCall = (id: string) => openCallOf({ toolCall: { id, run_id: "run_1", node: "n", round: 1 } });
  const answersOf = async () => (await round.answers).map(({ answer }) => answer);

  afterEach(() => round.close());

  it("has its answers in the order of the calls", async () => {
    begin().answer("2", { payload: "second" });
    round.answer("1", { payload: "first" });
    assert.deepEqual(await round.answers, [
      { call: two[0], answer: { payload: "first" } },
      { call: two[1], answer: { payload: "second" } },
    ]);
  });

  it("waits for the last of them", async () => {
    begin().answer("1", { payload: "first" });
    assert.equal(await Promise.race([round.answers, Promise.resolve("not yet")]), "not yet");
  });

  it("takes undefined for an answer", async () => {
    begin([called("1")]).answer("1", { payload: undefined });
    assert.deepEqual(await answersOf(), [{ payload: undefined }]);
  });

  it("takes the first answer to a call and no other", async () => {
    begin();
    for (const payload of ["first", "again"]) round.answer("1", { payload });
    round.answer("2", { payload: "x" });
    assert.deepEqual((await answersOf())[0], { payload: "first" });
  });

  it("takes no answer to a call that is not its own", async () => {
    begin();
    for (const id of ["1", "3"]) round.answer(id, { payload: "x" });
    assert.equal(await Promise.race([round.answers, Promise.resolve("not yet")]), "not yet");
  });

  it("answers what nobody answers in time with an error that names the function", async () => {
    begin([called("1")], { toolSeconds: 0.02 });
    assert.deepEqual(await answersOf(), [
      { error: `The function ${called("1").function.name} gave no answer within 0.02 s.`, late: true },
    ]);
  });

  it("gives a call as long as the tool call node says that has taken it", async () => {
    begin([called("1")], { toolSeconds: 60 });
    openCall("1")?.taken(0.02);
    assert.match(JSON.stringify(await answersOf()), /within 0\.02 s/);
  });

  it("answers a call soon that came only to tool call nodes of other functions", async () => {
    begin([called("1")]);
    openCall("1")?.missed();
    assert.match(JSON.stringify(await answersOf()), /No tool of this flow answers to/);
  });

  it("waits for a call that another node may know", async () => {
    begin([called("1")], { toolSeconds: 1.5 });
    openCall("1")?.missed();
    openCall("1")?.left();
    assert.match(JSON.stringify(await answersOf()), /within 1\.5 s/);
  });

  it("sends out no more calls than may be, and refuses the rest", async () => {
    begin(two, { maxCalls: 1 });
    assert.deepEqual(round.open, [two[0]]);
    round.answer("1", { payload: "x" });
    assert.deepEqual((await answersOf())[1], { error: "At most 1 functions may be called at once." });
  });

  it("lets what was begun for a call know that it is settled", () => {
    begin();
    const settled = openCall("1")?.settled;
    round.answer("1", { payload: "x" });
    assert.equal(settled?.aborted, true);
    assert.equal(openCall("2")?.settled.aborted, false);
  });

  it("is found no more when it is over", () => {
    begin().close();
    assert.equal(openCall("1"), undefined);
  });
});

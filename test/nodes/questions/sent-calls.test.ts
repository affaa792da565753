import assert from "node:assert/strict";
import { SentCalls } from "../../../nodes/questions/sent-calls.ts";

const call = (id: string) => ({ id, run_id: "run_1", node: "n", round: 1 });

describe("the calls that were sent", () => {
  it("are found by the id of their message", () => {
    const sent = new SentCalls();
    sent.remember("a", call("1"));
    sent.remember("b", call("2"));
    assert.deepEqual(sent.find("b"), call("2"));
  });

  it("are not found by another id, or without one", () => {
    const sent = new SentCalls();
    sent.remember("a", call("1"));
    assert.deepEqual([sent.find("b"), sent.find(undefined)], [undefined, undefined]);
  });

  it("are bounded: the oldest goes first", () => {
    const sent = new SentCalls();
    for (let count = 0; count < 20_001; count += 1) sent.remember(`${count}`, call(`${count}`));
    assert.equal(sent.find("0"), undefined);
    assert.equal(sent.find("1")?.id, "1");
    assert.equal(sent.find("20000")?.id, "20000");
  });

  describe("in the course of time", () => {
    const { now } = Date;
    afterEach(() => {
      Date.now = now;
    });

    for (const [minutes, found] of [
      [7 * 24 * 60, true],
      [7 * 24 * 60 + 61, false],
    ] as const) {
      it(`are ${found ? "still" : "no longer"} remembered after ${minutes} minutes`, () => {
        const sent = new SentCalls();
        sent.remember("a", call("1"));
        Date.now = () => now() + minutes * 60_000;
        sent.remember("b", call("2"));
        assert.equal(sent.find("a") !== undefined, found);
      });
    }
  });
});

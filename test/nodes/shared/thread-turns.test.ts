import assert from "node:assert/strict";
import { ThreadTurns } from "../../../nodes/shared/thread-turns.ts";

const never = new AbortController().signal;

describe("the turns of a thread", () => {
  it("begin at once where nobody has it", async () => {
    const turns = new ThreadTurns();
    await turns.take("t", never);
    assert.equal(turns.isTaken("t"), true);
  });

  it("come in the order of asking", async () => {
    const turns = new ThreadTurns();
    const order: string[] = [];
    const first = await turns.take("t", never);
    const rest = ["a", "b", "c"].map(async (name) => {
      const turn = await turns.take("t", never);
      order.push(name);
      turn.release();
    });
    first.release();
    await Promise.all(rest);
    assert.deepEqual(order, ["a", "b", "c"]);
    assert.equal(turns.isTaken("t"), false);
  });

  it("are each thread's own", async () => {
    const turns = new ThreadTurns();
    await turns.take("one", never);
    await turns.take("two", never);
  });

  it("are not given twice when one is released twice", async () => {
    const turns = new ThreadTurns();
    const first = await turns.take("t", never);
    const second = turns.take("t", never);
    const third = turns.take("t", never);
    first.release();
    first.release();
    await second;
    assert.equal(await Promise.race([third, Promise.resolve("not yet")]), "not yet");
  });

  it("pass one who goes first before those who wait", async () => {
    const turns = new ThreadTurns();
    const order: string[] = [];
    const first = await turns.take("t", never);
    const take = async (name: string, passes: boolean) => {
      const turn = await turns.take("t", never, passes);
      order.push(name);
      turn.release();
    };
    const both = [take("waits", false), take("passes", true)];
    first.release();
    await Promise.all(both);
    assert.deepEqual(order, ["passes", "waits"]);
  });

  it("are the last one's of several who go first, and the others are sent away", async () => {
    const turns = new ThreadTurns();
    const first = await turns.take("t", never);
    const earlier = turns.take("t", never, true);
    const last = turns.take("t", never, true);
    await assert.rejects(earlier, { code: "cancelled" });
    first.release();
    (await last).release();
    assert.equal(turns.isTaken("t"), false);
  });

  it("are stopped for who holds one, and not for the next", async () => {
    const turns = new ThreadTurns();
    const first = await turns.take("t", never);
    const second = turns.take("t", never);
    turns.stop("t");
    assert.equal(first.stopped.aborted, true);
    first.release();
    assert.equal((await second).stopped.aborted, false);
  });

  it("forget one who gives up waiting", async () => {
    const turns = new ThreadTurns();
    const first = await turns.take("t", never);
    const patience = new AbortController();
    const given = turns.take("t", patience.signal);
    const last = turns.take("t", never);
    patience.abort(new Error("enough"));
    await assert.rejects(given, { message: "enough" });
    first.release();
    await last;
  });

  it("send away all who wait, and not who has it", async () => {
    const turns = new ThreadTurns();
    const first = await turns.take("t", never);
    const waiting = [turns.take("t", never), turns.take("t", never)];
    turns.empty("t");
    for (const turn of waiting) await assert.rejects(turn, { code: "cancelled" });
    first.release();
    assert.equal(turns.isTaken("t"), false);
  });

  it("refuse more than would ever come to their turn", async () => {
    const turns = new ThreadTurns();
    await turns.take("t", never);
    for (let count = 0; count < 100; count += 1) turns.take("t", never).catch(() => {});
    await assert.rejects(turns.take("t", never), { code: "thread_queue_full" });
    turns.empty("t");
  });

  it("are kept for whoever comes with the message that they were lent for, and for him alone", async () => {
    const turns = new ThreadTurns();
    const turn = await turns.take("t", never);
    const next = turns.take("t", never);
    turns.lend("t", "msg_1", turn);
    assert.equal(turns.claim("t", "msg_2"), null);
    assert.equal(turns.claim("t", "msg_1"), turn);
    assert.equal(turns.claim("t", "msg_1"), null);
    assert.equal(await Promise.race([next, Promise.resolve("not yet")]), "not yet");
    turn.release();
    await next;
  });

  it("are not lent by one who has been stopped", async () => {
    const turns = new ThreadTurns();
    const turn = await turns.take("t", never);
    turns.stop("t");
    turns.lend("t", "msg_1", turn);
    assert.equal(turns.isTaken("t"), false);
  });
});

import assert from "node:assert/strict";
import { contractError } from "../../src/contract/errors.ts";
import { untilStored } from "../../src/service/until-stored.ts";

const full = () => contractError("store_unavailable", { reason: "database or disk is full" });

const unexpected = (error: unknown) => {
  throw error;
};

describe("work that the disk may refuse", () => {
  it("is done once where it can be", async () => {
    let tries = 0;
    const work = async () => {
      tries += 1;
      return "done";
    };
    assert.equal(await untilStored(work, new AbortController().signal, unexpected), "done");
    assert.equal(tries, 1);
  });

  it("is repeated until there is room again, and every refusal is reported", async () => {
    const refusals = [full()];
    const reported: unknown[] = [];
    const work = async () => {
      const refusal = refusals.shift();
      if (refusal) throw refusal;
      return "done";
    };
    const onError = (error: unknown) => reported.push(error);
    assert.equal(await untilStored(work, new AbortController().signal, onError), "done");
    assert.equal(reported.length, 1);
  });

  it("fails at once with every other error", async () => {
    const error = new Error("A defect.");
    const work = () => Promise.reject(error);
    await assert.rejects(untilStored(work, new AbortController().signal, unexpected), error);
  });

  it("is given up when the service closes, without waiting for the next try", async () => {
    const closing = new AbortController();
    const begun = performance.now();
    const doing = untilStored(
      () => Promise.reject(full()),
      closing.signal,
      () => setImmediate(() => closing.abort()),
    );
    await assert.rejects(doing, { code: "store_unavailable" });
    assert.ok(performance.now() - begun < 900);
  });
});

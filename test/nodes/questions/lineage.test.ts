import assert from "node:assert/strict";
import type { NodeAPI } from "node-red";
import { childLineage, firstLineage, ModelCallBudget } from "../../../nodes/questions/lineage.ts";
import { type RunningFlow, runFlow } from "../running-flow.ts";

describe("where a question stands", () => {
  let flow: RunningFlow;
  let RED: NodeAPI;

  before(async () => {
    flow = await runFlow([]);
    RED = flow.RED;
  });
  after(() => flow[Symbol.asyncDispose]());

  it("is at depth 1, with no threads held, for one of the flow's own", () => {
    const { depth, threads } = firstLineage(50);
    assert.deepEqual({ depth, threads }, { depth: 1, threads: [] });
  });

  it("is one deeper for each question above it, whose threads are held", () => {
    const first = firstLineage(50);
    const { depth, threads } = childLineage(childLineage(first, "thread_1"), "thread_2");
    assert.deepEqual({ depth, threads }, { depth: 3, threads: ["thread_1", "thread_2"] });
    assert.deepEqual({ depth: first.depth, threads: first.threads }, { depth: 1, threads: [] });
  });

  it("is apart from what another of the same parent holds", () => {
    const parent = childLineage(firstLineage(50), "thread_1");
    const [one, other] = ["thread_2", "thread_3"].map((thread) => childLineage(parent, thread));
    assert.deepEqual(one?.threads, ["thread_1", "thread_2"]);
    assert.deepEqual(other?.threads, ["thread_1", "thread_3"]);
  });

  it("lets a family make as many model calls as the first may, and no more", () => {
    const first = firstLineage(3);
    const [one, other] = ["thread_1", "thread_2"].map((thread) => childLineage(first, thread));
    for (const { budget } of [first, one ?? first, other ?? first]) budget.spend(RED);
    for (const { budget } of [first, one ?? first, other ?? first]) {
      assert.throws(() => budget.spend(RED), { code: "too_many_model_calls" });
    }
  });

  it("takes nothing from the budget of another question", () => {
    const [one, other] = [new ModelCallBudget(1), new ModelCallBudget(1)];
    one.spend(RED);
    assert.doesNotThrow(() => other.spend(RED));
  });
});

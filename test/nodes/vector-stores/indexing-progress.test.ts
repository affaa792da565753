import assert from "node:assert/strict";
import { type IndexedFiles, IndexingProgress } from "../../../nodes/vector-stores/indexing-progress.ts";

describe("how far the files of a node's messages have come", () => {
  it("is told of all of them together, and of none that is waited for no more", async () => {
    const shown: IndexedFiles[] = [];
    const progress = new IndexingProgress((files) => shown.push(files));
    const first = Promise.withResolvers<void>();
    const failing = progress.during(40, async (tell) => {
      tell(12);
      await first.promise;
    });
    const second = progress.during(2, async (tell) => {
      tell(1);
      first.reject(new Error("the server is gone"));
      await assert.rejects(failing);
      tell(2);
    });
    await second;
    assert.deepEqual(shown, [
      { done: 12, total: 40 },
      { done: 13, total: 42 },
      { done: 2, total: 2 },
    ]);
  });

  it("gives what the waiting comes to", async () => {
    const progress = new IndexingProgress(() => {});
    assert.equal(await progress.during(1, async () => "done"), "done");
  });
});

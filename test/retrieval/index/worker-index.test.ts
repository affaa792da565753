/** The thread that holds the index: it begins when it is needed, anew when it has died, and ends for good. */
import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { WorkerIndex } from "../../../src/retrieval/index/worker-index.ts";
import { temporaryDirectory } from "../../service/temporary-directory.ts";

const QUERY = { store: "vs", queries: ["apple"], limit: 10, least: 0, filter: null };

describe("the thread that holds the index", () => {
  it("does not begin anew for who comes after it was closed", async () => {
    await using directory = await temporaryDirectory();
    const index = new WorkerIndex(join(directory.path, "search.db"));
    assert.deepEqual(await index.search(QUERY), []);
    await index.close();
    await assert.rejects(index.search(QUERY), { code: "service_closed" });
  });

  it("does not begin where there is nothing to tell", async () => {
    await using directory = await temporaryDirectory();
    const index = new WorkerIndex(join(directory.path, "search.db"));
    assert.deepEqual(await index.entries(0, 10), []);
    assert.deepEqual(await readdir(directory.path), []);
    await index.close();
  });
});

/** The thread that holds the index: it begins when it is needed, anew when it has died, and ends for good. */
import assert from "node:assert/strict";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Worker } from "node:worker_threads";
import { WorkerIndex } from "../../../src/retrieval/index/worker-index.ts";
import { temporaryDirectory } from "../../service/temporary-directory.ts";

const QUERY = { store: "vs", queries: ["apple"], limit: 10, least: 0, filter: null };

const PART = {
  key: "vs/file/entry",
  store: "vs",
  attributes: {},
  first: true,
  last: true,
  chunks: [{ start: 0, end: 9, text: "An apple.", words: "an apple" }],
};

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

  it("gives up a file that turns out to be broken, tells so once, and goes on with a new one", async () => {
    await using directory = await temporaryDirectory();
    const file = join(directory.path, "search.db");
    const before = new WorkerIndex(file);
    await before.put(PART);
    await before.close();
    const bytes = await readFile(file);
    // The first page says what there is, and stays.
    await writeFile(file, bytes.fill(0xff, 4096));
    let told = 0;
    const index = new WorkerIndex(file, () => {
      told += 1;
    });
    const searches = await Promise.allSettled(Array.from({ length: 5 }, () => index.search(QUERY)));
    assert.ok(searches.every(({ status }) => status === "rejected"));
    assert.deepEqual([told, index.renewals], [1, 1]);
    await index.put(PART);
    assert.equal((await index.search(QUERY)).length, 1);
    await index.close();
  });

  it("tells that it may have lost something when it begins anew because it has died", async () => {
    await using directory = await temporaryDirectory();
    const begun: Worker[] = [];
    const begins = (worker: Worker) => begun.push(worker);
    process.on("worker", begins);
    let told = 0;
    const index = new WorkerIndex(join(directory.path, "search.db"), () => {
      told += 1;
    });
    await index.put(PART);
    assert.deepEqual([begun.length, told], [1, 0]);
    await begun[0]?.terminate();
    assert.equal((await index.search(QUERY)).length, 1);
    assert.deepEqual([begun.length, told, index.renewals], [2, 1, 1]);
    process.off("worker", begins);
    await index.close();
  });
});

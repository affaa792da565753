/** What becomes of the files of a vector store when the disk is full, or the index breaks. */
import assert from "node:assert/strict";
import { open, readdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CODES, findTexts, storeOf, untilIndexed } from "../../contract/library.ts";
import { ScriptedModel } from "../../scripted-model.ts";
import { startChildWithFullDisk } from "../child-process.ts";
import { openRunning } from "../running-service.ts";
import { temporaryDirectory } from "../temporary-directory.ts";

const FILLER = new URL("./fixtures/filler.ts", import.meta.url);

describe("a disk that is full while files are indexed", function () {
  this.timeout(120_000);

  it("is told, stops neither searches nor threads, and when there is room the files are found", async () => {
    await using directory = await temporaryDirectory();
    // Four megabytes: room for the first files of many words, not for all.
    await using child = startChildWithFullDisk(8192, FILLER, directory.path);
    const state = JSON.parse((await child.ended()).at(-1) ?? "");
    assert.equal(state.code, "index_unavailable");
    assert.match(state.message, /full|disk/);
    assert.deepEqual([state.found, state.thread, state.file_counts.failed], [1, "thread", 0]);
    assert.ok(state.file_counts.in_progress > 0);

    await using service = await openRunning(directory.path, new ScriptedModel());
    const { file_counts } = await untilIndexed(service.api, state.vector_store_id);
    assert.equal(file_counts.completed, file_counts.total);
    for (let file = 0; file < file_counts.total; file += 1) {
      const texts = await findTexts(service.api, state.vector_store_id, `word${file}x9999`);
      assert.equal(texts.length, 1, `file ${file}`);
    }
    assert.deepEqual(service.reported, []);
  });
});

describe("an index that is broken", () => {
  /** A directory whose index was closed, and what was broken in it. */
  async function withBroken(damage: (file: string) => Promise<void>) {
    await using directory = await temporaryDirectory();
    const before = await openRunning(directory.path, new ScriptedModel());
    const { id } = await storeOf(before.api, [CODES, ...Array.from({ length: 60 }, (_, n) => `Number ${n}`)]);
    await before.close();
    assert.ok((await readdir(directory.path)).includes("search.db"));
    await damage(join(directory.path, "search.db"));
    await using after = await openRunning(directory.path, new ScriptedModel());
    const found = async () => findTexts(after.api, id, "apple").catch(() => []);
    const end = Date.now() + 30_000;
    while ((await found()).length === 0 && Date.now() < end) await untilIndexed(after.api, id);
    assert.deepEqual(await found(), [CODES]);
    assert.equal((await untilIndexed(after.api, id)).file_counts.completed, 61);
  }

  it("is made anew from the files when it is no database", () =>
    withBroken((file) => writeFile(file, "This is no database. ".repeat(1000))));

  it("is made anew from the files when some of it is overwritten, which is noticed later", () =>
    withBroken(async (file) => {
      const { size } = await stat(file);
      const handle = await open(file, "r+");
      // All but the page with the names of the tables.
      await handle.write(Buffer.alloc(size - 4096, "x"), 0, size - 4096, 4096);
      await handle.close();
    }));
});

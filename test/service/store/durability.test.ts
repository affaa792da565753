/** What was acknowledged stays, whatever happens to the process and the disk. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { DATABASE_FILE, openSqliteStore } from "../../../src/service/store/sqlite-store.ts";
import { startChild, startChildWithFullDisk } from "../child-process.ts";
import { insertThread, sampleThread } from "../sample-objects.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { openStore } from "./open-store.ts";

const WRITER = new URL("./fixtures/writer.ts", import.meta.url);

/** The ids of all threads that are whole. Fails where one is not. */
async function wholeThreads(directory: string): Promise<Set<string>> {
  const store = await openSqliteStore(directory);
  const all = { order: "asc", limit: 1_000_000 } as const;
  const [threads, messages] = await Promise.all([store.list("thread", all), store.list("message", all)]);
  await store.close();
  const ids = threads.map(({ object }) => object.id);
  assert.deepEqual(
    messages.map(({ object }) => object.thread_id),
    ids,
  );
  return new Set(ids);
}

const WAL_HEADER = 32;
const FRAME_HEADER = 24;
const PAGE_SIZE = 4096;

/** How many transactions stand in the write-ahead log: the frames that say how large the database is now. */
async function transactions(directory: string): Promise<number> {
  const log = await readFile(join(directory, `${DATABASE_FILE}-wal`));
  let count = 0;
  for (let frame = WAL_HEADER; frame + FRAME_HEADER <= log.length; frame += FRAME_HEADER + PAGE_SIZE) {
    if (log.readUInt32BE(frame + 4) > 0) count += 1;
  }
  return count;
}

describe("commits", () => {
  it("that wait together are written together", async () => {
    await using open = await openStore();
    const before = await transactions(open.directory);
    const threads = Array.from({ length: 64 }, sampleThread);
    await Promise.all(threads.map((thread) => open.store.commit([insertThread(thread)])));
    const written = (await transactions(open.directory)) - before;
    assert.ok(written >= 1 && written < 32, `${written} transactions for 64 commits`);
    const stored = await open.store.list("thread", { order: "asc", limit: 100 });
    assert.deepEqual(
      stored.map(({ object }) => object.id),
      threads.map((thread) => thread.id),
    );
  });

  it("that come one by one are each in the log when they are acknowledged", async () => {
    await using open = await openStore();
    const before = await transactions(open.directory);
    for (let count = 1; count <= 5; count += 1) {
      await open.store.commit([insertThread(sampleThread())]);
      assert.equal(await transactions(open.directory), before + count);
    }
  });

  it("survive kill -9 once they are acknowledged, and none is half there", async () => {
    await using directory = await temporaryDirectory();
    await using writer = startChild(WRITER, directory.path);
    await writer.printed(500);
    await writer.kill();
    const whole = await wholeThreads(directory.path);
    // The last line may have been cut off in the middle.
    const acknowledged = writer.lines.filter((line) => /^thread_\w{24}$/.test(line));
    assert.ok(acknowledged.length >= 500);
    assert.deepEqual(
      acknowledged.filter((id) => !whole.has(id)),
      [],
    );
  });
});

describe("a full disk", () => {
  /** 1 MB: less than the log may grow to before it is moved into the database. */
  const SMALL = 2048;
  /** 6 MB: the log has been moved at least once. */
  const LARGER = 12_288;

  for (const [title, blocks] of [
    ["", SMALL],
    [", later", LARGER],
  ] as const) {
    it(`refuses commits${title}, keeps what was acknowledged readable, and leaves nothing half written`, async () => {
      await using directory = await temporaryDirectory();
      await using writer = startChildWithFullDisk(blocks, WRITER, directory.path);
      const lines = await writer.ended();
      const acknowledged = lines.filter((line) => line.startsWith("thread_"));
      assert.ok(acknowledged.length > 50);
      assert.deepEqual(JSON.parse(lines.at(-1) ?? ""), {
        codes: ["store_unavailable"],
        acknowledged: acknowledged.length,
        readable: acknowledged.length,
      });
      // There is room again.
      assert.deepEqual(await wholeThreads(directory.path), new Set(acknowledged));
    });
  }
});

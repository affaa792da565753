/** Whose a data directory is, and what cannot be one. */
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { DATABASE_FILE, openSqliteStore } from "../../../src/service/store/sqlite-store.ts";
import { startChild } from "../child-process.ts";
import { insertThread, sampleThread } from "../sample-objects.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { openStore } from "./open-store.ts";

const HOLDER = new URL("./fixtures/holder.ts", import.meta.url);

describe("a data directory", () => {
  it("is made where it is not there", async () => {
    await using directory = await temporaryDirectory();
    const store = await openSqliteStore(join(directory.path, "some", "where"));
    await store.close();
  });

  it("keeps what is in it when it is closed and opened again", async () => {
    await using directory = await temporaryDirectory();
    const first = await openSqliteStore(directory.path);
    const thread = sampleThread();
    await first.commit([insertThread(thread)]);
    await first.close();
    const second = await openSqliteStore(directory.path);
    assert.deepEqual((await second.get("thread", thread.id))?.object, thread);
    await second.close();
  });

  it("is refused to a second store in the same process, which says so", async () => {
    await using open = await openStore();
    await assert.rejects(openSqliteStore(open.directory), {
      code: "data_directory_in_use",
      message: new RegExp(`^The data directory ${open.directory} is used by another process\\.`),
    });
  });

  it("is refused to a second process", async () => {
    await using open = await openStore();
    await using other = startChild(HOLDER, open.directory);
    assert.deepEqual(await other.ended(), ["data_directory_in_use"]);
  });

  it("is still refused to a second process when this one has tried to open it twice", async () => {
    await using open = await openStore();
    await assert.rejects(openSqliteStore(open.directory));
    await using other = startChild(HOLDER, open.directory);
    assert.deepEqual(await other.ended(), ["data_directory_in_use"]);
  });

  it("can be opened at once when the process that held it was killed", async () => {
    await using directory = await temporaryDirectory();
    await using other = startChild(HOLDER, directory.path);
    assert.deepEqual(await other.printed(1), ["open"]);
    await assert.rejects(openSqliteStore(directory.path), { code: "data_directory_in_use" });
    await other.kill();
    const store = await openSqliteStore(directory.path);
    await store.close();
  });

  it("can be opened at once when the store that held it was closed", async () => {
    await using directory = await temporaryDirectory();
    for (let life = 0; life < 3; life += 1) {
      const store = await openSqliteStore(directory.path);
      await store.close();
    }
  });

  it("cannot be a file", async () => {
    await using directory = await temporaryDirectory();
    const file = join(directory.path, "file");
    await writeFile(file, "Not a directory.");
    await assert.rejects(openSqliteStore(file), { code: "data_directory_unusable", status: 503 });
    await assert.rejects(openSqliteStore(join(file, "below")), { code: "data_directory_unusable" });
    assert.equal(await readFile(file, "utf8"), "Not a directory.");
  });

  it("cannot be used where the database is something else, which stays as it is", async () => {
    await using directory = await temporaryDirectory();
    const file = join(directory.path, DATABASE_FILE);
    const text = "This is not a database. ".repeat(400);
    await writeFile(file, text);
    await assert.rejects(openSqliteStore(directory.path), {
      code: "data_directory_unusable",
      message: /is not a database/,
    });
    assert.equal(await readFile(file, "utf8"), text);
  });

  for (const journal of ["wal", "delete"]) {
    it(`cannot be used where a newer version has written it (journal ${journal}), and stays as it is`, async () => {
      await using directory = await temporaryDirectory();
      const file = join(directory.path, DATABASE_FILE);
      const newer = new DatabaseSync(file);
      newer.exec(
        `PRAGMA journal_mode = ${journal}; CREATE TABLE of_tomorrow (id TEXT); PRAGMA user_version = 1000`,
      );
      newer.close();
      const before = await readFile(file);
      for (const attempt of ["first", "second"]) {
        await assert.rejects(
          openSqliteStore(directory.path),
          { code: "data_directory_unusable", message: /newer version/ },
          `the ${attempt} time`,
        );
      }
      assert.ok((await readFile(file)).equals(before));
      // And nobody is in the way of the version that can use it.
      const again = new DatabaseSync(file);
      again.exec("BEGIN EXCLUSIVE; ROLLBACK");
      again.close();
    });
  }
});

describe("closing a store", () => {
  it("waits for what was asked before", async () => {
    await using directory = await temporaryDirectory();
    const store = await openSqliteStore(directory.path);
    const threads = Array.from({ length: 20 }, sampleThread);
    const committed = threads.map((thread) => store.commit([insertThread(thread)]));
    const read = store.get("thread", threads[0]?.id ?? "");
    await store.close();
    await Promise.all(committed);
    assert.deepEqual((await read)?.object, threads[0]);
    const again = await openSqliteStore(directory.path);
    assert.equal((await again.list("thread", { order: "asc", limit: 100 })).length, 20);
    await again.close();
  });

  it("refuses what is asked after it", async () => {
    await using open = await openStore();
    const closing = open.store.close();
    const calls = () => [
      open.store.get("thread", "thread_1"),
      open.store.list("thread", { order: "asc", limit: 1 }),
      open.store.commit([insertThread(sampleThread())]),
    ];
    for (const call of calls()) await assert.rejects(call, { code: "service_closed", status: 503 });
    await closing;
    for (const call of calls()) await assert.rejects(call, { code: "service_closed", status: 503 });
  });

  it("can be asked for twice", async () => {
    await using open = await openStore();
    await Promise.all([open.store.close(), open.store.close()]);
    await open.store.close();
  });
});

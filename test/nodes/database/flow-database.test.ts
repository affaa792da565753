import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { FlowDatabase } from "../../../nodes/database/flow-database.ts";
import { temporaryDirectory } from "../temporary-directory.ts";

const insert = (key: string, thread: string) => ({
  sql: "INSERT INTO conversation (service, key, thread) VALUES ('s', ?, ?)",
  values: [key, thread],
});
const all = { sql: "SELECT key, thread FROM conversation ORDER BY key", values: [] };

describe("the nodes' database", () => {
  it("makes its directory and remembers across a close", async () => {
    await using directory = await temporaryDirectory();
    const path = join(directory.path, "deep", "down");
    const first = await FlowDatabase.open(path);
    await first.do(insert("a", "t1"));
    await first.close();
    const second = await FlowDatabase.open(path);
    assert.deepEqual(await second.do(all), [{ key: "a", thread: "t1" }]);
    await second.close();
  });

  it("does a unit of work wholly or not at all, and others beside it all the same", async () => {
    await using directory = await temporaryDirectory();
    const database = await FlowDatabase.open(directory.path);
    const [failed, done] = await Promise.allSettled([
      database.do(insert("a", "t1"), insert("a", "t2")),
      database.do(insert("b", "t3")),
    ]);
    assert.equal(failed.status, "rejected");
    assert.equal(done.status, "fulfilled");
    assert.deepEqual(await database.do(all), [{ key: "b", thread: "t3" }]);
    await database.close();
  });

  it("does what was asked before it was closed, and refuses what comes after", async () => {
    await using directory = await temporaryDirectory();
    const database = await FlowDatabase.open(directory.path);
    const asked = database.do(insert("a", "t1"));
    await database.close();
    await asked;
    await assert.rejects(database.do(all), /closed/);
  });

  it("leaves a file of a newer version alone", async () => {
    await using directory = await temporaryDirectory();
    const file = join(directory.path, "flows.db");
    const newer = new DatabaseSync(file);
    newer.exec("PRAGMA user_version = 99");
    newer.close();
    await assert.rejects(FlowDatabase.open(directory.path), /newer version/);
  });

  it("has all that it acknowledged after kill -9", async () => {
    await using directory = await temporaryDirectory();
    const child = fork(join(import.meta.dirname, "fixtures", "writer.ts"), [directory.path]);
    let acknowledged = -1;
    child.on("message", (number) => {
      acknowledged = Number(number);
      if (acknowledged === 20) child.kill("SIGKILL");
    });
    await once(child, "exit");
    const database = await FlowDatabase.open(directory.path);
    const rows = await database.do(all);
    assert.ok(rows.length > acknowledged, `${rows.length} rows, ${acknowledged} acknowledged`);
    await database.close();
  });
});

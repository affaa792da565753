/** Databases of older versions. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { SqliteDatabase } from "../../../src/service/store/sqlite-database.ts";
import { MIGRATIONS, SCHEMA_VERSION } from "../../../src/service/store/sqlite-schema.ts";
import { DATABASE_FILE, openSqliteStore } from "../../../src/service/store/sqlite-store.ts";
import { sampleThread } from "../sample-objects.ts";
import { temporaryDirectory } from "../temporary-directory.ts";

const COLUMNS = "seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, version INTEGER NOT NULL";
const ACTIVE = "status IN ('queued', 'in_progress', 'requires_action', 'cancelling')";

/** The first version's tables, as they were written. */
const FIRST = [
  ...Object.entries({
    assistant: [],
    thread: [],
    message: ["thread_id", "run_id"],
    run: ["thread_id", "status"],
    run_step: ["thread_id", "run_id"],
  }).flatMap(([kind, columns]) => [
    `CREATE TABLE ${kind} (${COLUMNS}, object TEXT NOT NULL, internal TEXT NOT NULL
      ${columns.map((column) => `, ${column} TEXT`).join("")}) STRICT`,
    ...columns
      .filter((column) => column !== "status")
      .map(
        (column) =>
          `CREATE INDEX ${kind}_by_${column} ON ${kind} (${column}, seq) WHERE ${column} IS NOT NULL`,
      ),
  ]),
  `CREATE UNIQUE INDEX one_active_run ON run (thread_id) WHERE ${ACTIVE}`,
  `CREATE INDEX run_by_status ON run (status, seq) WHERE ${ACTIVE}`,
  "PRAGMA user_version = 1",
].join(";\n");

/** Every table and index, in words that differ only where they do. */
function schemaOf(file: string): unknown {
  const database = new DatabaseSync(file);
  const rows = database.prepare("SELECT type, name, sql FROM sqlite_master ORDER BY type, name").all();
  const version = database.prepare("PRAGMA user_version").get();
  database.close();
  const plain = (sql: unknown) =>
    String(sql)
      .replace(/\s+/g, " ")
      .replace(/ ?([(),]) ?/g, "$1");
  return { rows: rows.map(({ type, name, sql }) => [type, name, plain(sql)]), version };
}

describe("a database of an older version", () => {
  it("becomes what a new one is, and keeps what is in it", async () => {
    await using directory = await temporaryDirectory();
    const file = join(directory.path, DATABASE_FILE);
    const thread = sampleThread();
    const old = new DatabaseSync(file);
    old.exec(FIRST);
    old
      .prepare("INSERT INTO thread (id, version, object, internal) VALUES (?, 1, ?, 'null')")
      .run(thread.id, JSON.stringify(thread));
    old.close();

    const store = await openSqliteStore(directory.path);
    assert.deepEqual((await store.get("thread", thread.id))?.object, thread);
    assert.deepEqual(await store.list("file", { limit: 1, order: "asc" }), []);
    await store.close();

    const fresh = join(directory.path, "fresh.db");
    new SqliteDatabase(fresh).close();
    assert.deepEqual(schemaOf(file), schemaOf(fresh));
  });

  it("of the fourth knows when each vector store is to be forgotten", async () => {
    await using directory = await temporaryDirectory();
    const file = join(directory.path, DATABASE_FILE);
    const old = new DatabaseSync(file);
    old.exec(FIRST);
    for (const version of [1, 2, 3]) old.exec(MIGRATIONS[version] ?? "");
    const expiries = [
      { id: "vs_a", expires_at: 1_700_000_000 },
      { id: "vs_b", expires_at: null },
      { id: "vs_c" },
    ];
    const insert = old.prepare(
      "INSERT INTO vector_store (id, version, object, internal) VALUES (?, 1, ?, 'null')",
    );
    for (const expiry of expiries) insert.run(expiry.id, JSON.stringify(expiry));
    old.close();
    const store = await openSqliteStore(directory.path);
    const query = { limit: 10, order: "asc" } as const;
    const all = await store.list("vector_store", query);
    assert.deepEqual(
      all.map(({ internal }) => internal),
      [{ forget_at: 1_700_000_000 }, { forget_at: null }, { forget_at: null }],
    );
    const due = await store.list("vector_store", {
      ...query,
      due: { column: "forget_at", now: 1_700_000_000 },
    });
    assert.deepEqual(
      due.map(({ object }) => object.id),
      ["vs_a"],
    );
    await store.close();
  });

  it("of every number has a way to the present one", () => {
    const numbers = Object.keys(MIGRATIONS).map(Number);
    assert.deepEqual(
      numbers,
      Array.from({ length: SCHEMA_VERSION - 1 }, (_, index) => index + 1),
    );
  });
});

/** Which index serves what the service asks at every start. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { ACTIVE_STATUSES } from "../../../src/service/store/kinds.ts";
import { SqliteDatabase } from "../../../src/service/store/sqlite-database.ts";
import type { ListQuery } from "../../../src/service/store/store.ts";
import { temporaryDirectory } from "../temporary-directory.ts";

/** How SQLite goes about each statement of a list of runs, as it says itself. */
async function plans(query: ListQuery): Promise<string[]> {
  await using directory = await temporaryDirectory();
  const file = join(directory.path, "assistants.db");
  const store = new SqliteDatabase(file);
  const prepare = DatabaseSync.prototype.prepare;
  const prepared: string[] = [];
  DatabaseSync.prototype.prepare = function (sql) {
    prepared.push(sql);
    return prepare.call(this, sql);
  };
  try {
    store.list("run", query);
  } finally {
    DatabaseSync.prototype.prepare = prepare;
    store.close();
  }
  const database = new DatabaseSync(file);
  const steps = prepared.flatMap((sql) => database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all());
  database.close();
  return steps.map((step) => String(step["detail"]));
}

describe("the list of active runs", () => {
  it("is read from its index, not from all runs", async () => {
    const found = await plans({ where: { status: ACTIVE_STATUSES }, limit: 500, order: "asc" });
    assert.match(found[0] ?? "", /USING INDEX run_by_status/);
    assert.ok(!found.some((step) => step.startsWith("SCAN")), found.join("; "));
  });
});

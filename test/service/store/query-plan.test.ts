/** Which index serves what the service asks often, and at every start. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { ACTIVE_STATUSES, type Kind } from "../../../src/service/store/kinds.ts";
import { SqliteDatabase } from "../../../src/service/store/sqlite-database.ts";
import type { ListQuery } from "../../../src/service/store/store.ts";
import { temporaryDirectory } from "../temporary-directory.ts";

/** How SQLite goes about each statement of a list, as it says itself. */
const plans = (kind: Kind, query: ListQuery) => plansOf((store) => store.list(kind, query));

async function plansOf(ask: (store: SqliteDatabase) => unknown): Promise<string[]> {
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
    ask(store);
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
    const found = await plans("run", { where: { status: ACTIVE_STATUSES }, limit: 500, order: "asc" });
    assert.match(found[0] ?? "", /USING INDEX run_by_status/);
    assert.ok(!found.some((step) => step.startsWith("SCAN")), found.join("; "));
  });
});

describe("the list of files in progress", () => {
  it("is read from its index, not from all files of vector stores", async () => {
    const query = { where: { status: ["in_progress"] }, limit: 500, order: "asc" } as const;
    assert.match(
      (await plans("vector_store_file", query))[0] ?? "",
      /USING INDEX vector_store_file_by_status/,
    );
  });
});

describe("what a vector store holds", () => {
  it("is counted from an index alone", async () => {
    const where = { vector_store_id: "vs" };
    const [plan] = await plansOf((store) => store.tally("vector_store_file", where, "status"));
    assert.match(plan ?? "", /USING COVERING INDEX vector_store_file_usage/);
  });
});

describe("a list of files", () => {
  const inOrder = async (query: Partial<ListQuery>) =>
    (await plans("file", { limit: 20, order: "desc", ...query })).join("; ");

  it("is read in the order that it has on the disk, and nothing is sorted", async () => {
    // The limit ends this scan.
    assert.equal(await inOrder({}), "SCAN file");
  });

  it("of one purpose is read from its index, and nothing is sorted", async () => {
    assert.match(
      await inOrder({ where: { purpose: "batch" } }),
      /^SEARCH file USING INDEX file_by_purpose [^;]*$/,
    );
  });

  it("whose time has come is read from its index, and nothing is sorted", async () => {
    const due = { column: "expires_at", now: 1 };
    assert.match(await inOrder({ due, order: "asc" }), /^SEARCH file USING INDEX file_by_expires_at [^;]*$/);
  });
});

describe("a list of uploads whose time is over", () => {
  it("is read from its index, and nothing is sorted", async () => {
    const due = { column: "expires_at", now: 1 };
    const query = { where: { status: "pending" }, due, limit: 100, order: "asc" } as const;
    assert.match(
      (await plans("upload", query)).join("; "),
      /^SEARCH upload USING INDEX upload_by_expires_at [^;]*$/,
    );
  });
});

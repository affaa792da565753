/** The database itself, synchronous: it runs in the store's worker and knows nothing of messages. */
import { existsSync } from "node:fs";
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import { ACTIVE_STATUSES, type Kind, kinds } from "./kinds.ts";
import type { RowChange, RowContent, StoredRow } from "./sqlite-rows.ts";
import {
  COMPACTING_SQL,
  CONNECTION_SQL,
  LOCKING_SQL,
  MIGRATIONS,
  quoted,
  SCHEMA_SQL,
  SCHEMA_VERSION,
} from "./sqlite-schema.ts";
import { nextBatch } from "./sqlite-sweep.ts";
import {
  type Cutoffs,
  type ListQuery,
  StoreConflict,
  type SweepPlace,
  type Tally,
  type Where,
} from "./store.ts";

/** Pages that are given back at once: a few megabytes, moved in some milliseconds. */
const COMPACTED_PAGES = 500;

/** Of so many deleted objects it is known where they stood in their lists. */
const REMEMBERED_PLACES = 10_000;

export class SqliteDatabase {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  /** Why a database of an earlier version could not be written anew; null where that was done, or not asked for. */
  readonly uncompacted: string | null;

  /** Opens the file, or throws SQLite's error: SQLITE_BUSY when another process holds it. */
  constructor(file: string, compacting = false) {
    const isNew = !existsSync(file);
    this.#database = new DatabaseSync(file);
    // One that is there is left alone: on a full disk even this would keep it from being opened.
    if (isNew) this.#database.exec(COMPACTING_SQL);
    this.#database.exec(LOCKING_SQL);
    // The first transaction takes the lock, and exclusive locking mode keeps it.
    this.#database.exec("BEGIN IMMEDIATE");
    const version = Number(this.#database.prepare("PRAGMA user_version").get()?.["user_version"]);
    // Before anything is set: a file of a newer version stays as it is.
    if (version > SCHEMA_VERSION) throw new Error("it was written by a newer version of this package");
    this.#database.exec("COMMIT");
    this.#database.exec(CONNECTION_SQL);
    if (version === 0) this.#database.exec(`BEGIN IMMEDIATE; ${SCHEMA_SQL} COMMIT;`);
    else this.#migrate(version);
    this.uncompacted = compacting ? this.#learnCompacting() : null;
  }

  /** Each step is a transaction: a crash between two leaves a database of the version between. */
  #migrate(from: number): void {
    for (let version = from; version < SCHEMA_VERSION; version += 1) {
      this.#database.exec(`BEGIN IMMEDIATE; ${MIGRATIONS[version]} COMMIT;`);
    }
  }

  close(): void {
    this.#database.close();
  }

  begin(): void {
    this.#database.exec("BEGIN IMMEDIATE");
  }

  /** Makes everything since `begin` durable. */
  commit(): void {
    this.#database.exec("COMMIT");
  }

  rollback(): void {
    // SQLite has already rolled back by itself after some errors, a full disk among them.
    if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
  }

  get(kind: Kind, id: string): StoredRow | null {
    const row = this.#prepare(`SELECT version, object, internal FROM ${kind} WHERE id = ?`).get(id);
    return row ? read(row) : null;
  }

  list(kind: Kind, query: ListQuery): StoredRow[] {
    const { conditions, values } = filter(kind, query.where ?? {});
    if (query.due) {
      if (!kinds[kind].times.includes(query.due.column)) {
        throw new TypeError(`${kind} has no time ${query.due.column}`);
      }
      conditions.push(`${query.due.column} <= ?`);
      values.push(query.due.now);
    }
    const bounds: [string | undefined, "after" | "before", string][] = [
      [query.after, "after", query.order === "asc" ? ">" : "<"],
      [query.before, "before", query.order === "asc" ? "<" : ">"],
    ];
    // An object stays a cursor when its state changes.
    const { status: _, ...whatever } = query.where ?? {};
    const listed = filter(kind, whatever);
    const cursorConditions = [...conditions];
    const cursorValues = [...values];
    for (const [id, param, comparison] of bounds) {
      if (id === undefined) continue;
      const isThere = `SELECT seq FROM ${kind} ${where([...listed.conditions, "id = ?"])}`;
      const wasThere = "SELECT seq FROM deleted WHERE id = ? AND kind = ?";
      const found = this.#prepare(isThere).get(...listed.values, id) ?? this.#prepare(wasThere).get(id, kind);
      if (!found) throw new StoreConflict({ reason: "cursor", param, id });
      cursorConditions.push(`seq ${comparison} ?`);
      cursorValues.push(Number(found["seq"]));
    }
    // Only `before`: the page that ends there, so it is read backwards from the cursor.
    const backwards = query.before !== undefined && query.after === undefined;
    const direction = (query.order === "asc") !== backwards ? "ASC" : "DESC";
    // By its time where that is asked for: in any other order all objects would be looked at.
    const first = query.due ? `${query.due.column}, ` : "";
    const rows = this.#prepare(
      `SELECT version, object, internal FROM ${kind} ${where(cursorConditions)}
       ORDER BY ${first}seq ${direction} LIMIT ?`,
    ).all(...cursorValues, query.limit);
    if (backwards) rows.reverse();
    return rows.map(read);
  }

  tally(kind: Kind, wanted: Where, column: string): Tally {
    if (!kinds[kind].columns.includes(column)) throw new TypeError(`${kind} has no column ${column}`);
    const { conditions, values } = filter(kind, wanted);
    const rows = this.#prepare(
      `SELECT ${column} AS value, count(*) AS count,
       total(json_extract(object, '$.usage_bytes')) AS bytes FROM ${kind} ${where(conditions)} GROUP BY ${column}`,
    ).all(...values);
    return Object.fromEntries(
      rows.map((row) => [String(row["value"]), { count: Number(row["count"]), bytes: Number(row["bytes"]) }]),
    );
  }

  /** Does one unit of work inside the transaction under way; what it did before a conflict is undone. */
  apply(changes: RowChange[]): void {
    this.#database.exec("SAVEPOINT unit");
    try {
      for (const change of changes) this.#applyOne(change);
      this.#database.exec("RELEASE unit");
    } catch (error) {
      if (error instanceof StoreConflict) this.#database.exec("ROLLBACK TO unit; RELEASE unit");
      throw error;
    }
  }

  /** Deletes what may go of the next objects, inside the transaction under way. */
  sweep(cutoffs: Cutoffs, place: SweepPlace): SweepPlace | null {
    const { deleted, next } = nextBatch(this.#database, cutoffs, place);
    for (const { kind, id } of deleted) this.#delete(kind, id);
    return next;
  }

  /** What the uploaded files, and the parts of those to come, take beside the database. */
  fileBytes(): number {
    const sum = this.#prepare(
      `SELECT (SELECT total(object ->> '$.bytes') FROM file)
       + (SELECT total(internal ->> '$.bytes') FROM upload_part) AS sum`,
    ).get();
    return Number(sum?.["sum"]);
  }

  /** Gives some free pages back; when there are no more, the file shrinks. True when there are more. */
  compact(): boolean {
    this.#database.exec(`PRAGMA incremental_vacuum(${COMPACTED_PAGES})`);
    const isCompacting = this.#pragma("auto_vacuum") === 2;
    const more = isCompacting && this.#pragma("freelist_count") > 0;
    if (!more && !this.#database.isTransaction) this.#database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    return more;
  }

  /** Writes a database of an earlier version anew, once, so that it can give room back. */
  #learnCompacting(): string | null {
    if (this.#pragma("auto_vacuum") === 2) return null;
    try {
      this.#database.exec(`${COMPACTING_SQL}; VACUUM;`);
      return null;
    } catch (error) {
      // It needs as much room again: without, the database serves as it is, and the next start tries again.
      return error instanceof Error ? error.message : String(error);
    }
  }

  #pragma(name: string): number {
    return Number(this.#database.prepare(`PRAGMA ${name}`).get()?.[name]);
  }

  #applyOne(change: RowChange): void {
    if ("insert" in change) {
      this.#insert(change.insert, change.row);
    } else if ("replace" in change) {
      this.#replace(change.replace, change.row, change.version);
    } else if ("delete" in change) {
      this.#delete(change.delete, change.id);
    } else if ("expect" in change) {
      const found = this.#prepare(`SELECT 1 FROM ${change.expect} WHERE id = ?`).get(change.id);
      if (!found) throw new StoreConflict({ reason: "missing", kind: change.expect, id: change.id });
    } else {
      const active = this.#prepare(
        `SELECT id FROM run WHERE thread_id = ? AND status IN (${quoted(ACTIVE_STATUSES)})`,
      ).get(change.idle);
      if (active) {
        throw new StoreConflict({ reason: "busy", thread_id: change.idle, run_id: String(active["id"]) });
      }
    }
  }

  #insert(kind: Kind, row: RowContent): void {
    const names = ["id", "version", "object", "internal", ...columnsOf(kind)];
    const marks = names.map(() => "?").join(", ");
    const sql = `INSERT INTO ${kind} (${names.join(", ")}) VALUES (${marks}) ON CONFLICT (id) DO NOTHING`;
    const result = this.#prepare(sql).run(row.id, 1, row.object, row.internal, ...row.columns);
    // Somebody else was faster, for an object whose id is not drawn by lot.
    if (Number(result.changes) === 0) throw new StoreConflict({ reason: "version", kind, id: row.id });
  }

  #replace(kind: Kind, row: RowContent, version: number): void {
    const columns = columnsOf(kind).map((name) => `${name} = ?`);
    const sets = ["version = version + 1", "object = ?", "internal = ?", ...columns];
    const sql = `UPDATE ${kind} SET ${sets.join(", ")} WHERE id = ? AND version = ?`;
    const result = this.#prepare(sql).run(row.object, row.internal, ...row.columns, row.id, version);
    if (Number(result.changes) === 1) return;
    const reason = this.get(kind, row.id) ? "version" : "missing";
    throw new StoreConflict({ reason, kind, id: row.id });
  }

  #delete(kind: Kind, id: string): void {
    const row = this.#prepare(`DELETE FROM ${kind} WHERE id = ? RETURNING seq`).get(id);
    if (!row) throw new StoreConflict({ reason: "missing", kind, id });
    if (!kinds[kind].unlisted) this.#rememberPlace(kind, id, Number(row["seq"]));
    for (const owned of kinds[kind].owns) {
      const sql = `DELETE FROM ${owned.kind} WHERE ${owned.column} = ? RETURNING id, seq`;
      const gone = this.#prepare(sql).all(id);
      if (!owned.listedElsewhere) continue;
      for (const one of gone) this.#rememberPlace(owned.kind, String(one["id"]), Number(one["seq"]));
    }
  }

  /** Who reads a list page by page and deletes what was read asks for the page behind an object that is gone. */
  #rememberPlace(kind: Kind, id: string, seq: number): void {
    const insert = this.#prepare("INSERT OR REPLACE INTO deleted (id, kind, seq) VALUES (?, ?, ?)");
    const { lastInsertRowid } = insert.run(id, kind, seq);
    this.#prepare("DELETE FROM deleted WHERE place <= ?").run(Number(lastInsertRowid) - REMEMBERED_PLACES);
  }

  #prepare(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known) return known;
    const statement = this.#database.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }
}

const columnsOf = (kind: Kind) => [...kinds[kind].columns, ...kinds[kind].times];

const where = (conditions: string[]) => (conditions.length > 0 ? `WHERE ${conditions.join(" AND ")}` : "");

/**
 * Column names go into the SQL text, so only those that the table of kinds knows are let in. A list of values
 * goes there too: only so does SQLite see that the index of active runs serves.
 */
function filter(kind: Kind, wanted: Where): { conditions: string[]; values: SQLInputValue[] } {
  const conditions: string[] = [];
  const values: SQLInputValue[] = [];
  for (const [column, value] of Object.entries(wanted)) {
    if (!kinds[kind].columns.includes(column)) throw new TypeError(`${kind} has no column ${column}`);
    if (typeof value === "string") {
      conditions.push(`${column} = ?`);
      values.push(value);
    } else {
      // One in brackets is something else to SQLite, which overlooks the index then.
      conditions.push(
        value.length === 1 ? `${column} = ${quoted(value)}` : `${column} IN (${quoted(value)})`,
      );
    }
  }
  return { conditions, values };
}

function read(row: Record<string, unknown>): StoredRow {
  return {
    object: String(row["object"]),
    internal: String(row["internal"]),
    version: Number(row["version"]),
  };
}

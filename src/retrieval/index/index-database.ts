/** The index itself, synchronous: SQLite's full text search over words that were cut before. Runs in a worker. */
import { rmSync } from "node:fs";
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import type { Attributes } from "../../contract/vector-store-objects.ts";
import { matchesFilter } from "./filters.ts";
import { CONNECTION_SQL, INDEX_VERSION, SCHEMA_SQL } from "./schema.ts";
import type { EntryPart, FoundChunk, IndexQuery, KnownEntry } from "./search-index.ts";
import { type Scope, searchWords } from "./search-words.ts";

/** Chunks cleared away at a time: searches wait no longer than that. */
const CLEARED_AT_ONCE = 32;

export class IndexDatabase {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  /** Opens the file; one of another version, or one that is no database, gives way to a new one. */
  constructor(file: string) {
    this.#database = openOrRenew(file);
  }

  close(): void {
    this.#database.close();
  }

  put(part: EntryPart): void {
    this.#together(() => {
      if (part.first) this.#begin(part);
      const entry = this.#number("SELECT id FROM entry WHERE key = ?", part.key);
      // Removed while its text was read: what comes now belongs to nobody.
      if (entry === null) return;
      const scope = this.#scopeToken(part.store);
      for (const { start, end, text, words } of part.chunks) {
        this.#run("INSERT INTO chunk (entry, start, end, text) VALUES (?, ?, ?, ?)", entry, start, end, text);
        this.#run(
          "INSERT INTO word_index (rowid, scope, words) VALUES (last_insert_rowid(), ?, ?)",
          scope,
          words,
        );
      }
      if (part.last) this.#run("UPDATE entry SET complete = 1 WHERE id = ?", entry);
    });
  }

  remove(keys: readonly string[]): void {
    this.#together(() => {
      for (const key of keys) this.#run("UPDATE entry SET key = NULL, complete = 0 WHERE key = ?", key);
    });
  }

  removeStore(store: string): void {
    this.#run(
      "UPDATE entry SET key = NULL, complete = 0 WHERE scope = (SELECT id FROM scope WHERE store = ?)",
      store,
    );
  }

  setAttributes(key: string, attributes: Attributes): void {
    this.#run("UPDATE entry SET attributes = ? WHERE key = ?", JSON.stringify(attributes), key);
  }

  search({ store, queries, limit, least, filter }: IndexQuery): FoundChunk[] {
    const scope = this.#number("SELECT id FROM scope WHERE store = ?", store);
    if (scope === null) return [];
    const meant: Scope = { id: scope, entries: null };
    if (filter) {
      const rows = this.#prepare("SELECT id, attributes FROM entry WHERE scope = ? AND complete = 1").all(
        scope,
      );
      const matching = rows.filter((row) => matchesFilter(filter, parsed(row["attributes"])));
      meant.entries = new Set(matching.map((row) => Number(row["id"])));
    }
    const prepare = (sql: string) => this.#prepare(sql);
    const best = new Map<number, number>();
    for (const query of queries) {
      for (const { id, score } of searchWords(prepare, meant, query)) {
        best.set(id, Math.max(score, best.get(id) ?? 0));
      }
    }
    const ordered = [...best].filter(([, score]) => score > 0 && score >= least);
    ordered.sort(([leftId, left], [rightId, right]) => right - left || leftId - rightId);
    return ordered.slice(0, limit).flatMap(([id, score]) => {
      const row = this.#prepare(
        "SELECT entry.key, start, text FROM chunk JOIN entry ON entry.id = chunk.entry WHERE chunk.id = ?",
      ).get(id);
      if (!row || row["key"] === null) return [];
      return [{ key: String(row["key"]), score, start: Number(row["start"]), text: String(row["text"]) }];
    });
  }

  content(key: string): string[] {
    const rows = this.#prepare(
      `SELECT start, end, text FROM chunk WHERE entry = (SELECT id FROM entry WHERE key = ?) ORDER BY id`,
    ).all(key);
    let end = 0;
    return rows.flatMap((row) => {
      const text = String(row["text"]).slice(Math.max(0, end - Number(row["start"])));
      end = Math.max(end, Number(row["end"]));
      return text === "" ? [] : [text];
    });
  }

  entries(after: number, limit: number): KnownEntry[] {
    const rows = this.#prepare(
      "SELECT id, key, complete, attributes FROM entry WHERE id > ? AND key IS NOT NULL ORDER BY id LIMIT ?",
    ).all(after, limit);
    return rows.map((row) => ({
      place: Number(row["id"]),
      key: String(row["key"]),
      complete: row["complete"] === 1,
      attributes: parsed(row["attributes"]),
    }));
  }

  /** Clears away some of what was removed. False when nothing is left. */
  clearSome(): boolean {
    const entry = this.#number("SELECT id FROM entry WHERE key IS NULL ORDER BY id LIMIT 1");
    if (entry === null) return false;
    this.#together(() => {
      const rows = this.#prepare("SELECT id FROM chunk WHERE entry = ? LIMIT ?").all(entry, CLEARED_AT_ONCE);
      for (const row of rows) {
        this.#run("DELETE FROM word_index WHERE rowid = ?", Number(row["id"]));
        this.#run("DELETE FROM chunk WHERE id = ?", Number(row["id"]));
      }
      if (rows.length < CLEARED_AT_ONCE) this.#run("DELETE FROM entry WHERE id = ?", entry);
    });
    return true;
  }

  #begin({ key, store, attributes }: EntryPart): void {
    this.#run("UPDATE entry SET key = NULL, complete = 0 WHERE key = ?", key);
    this.#run("INSERT OR IGNORE INTO scope (store) VALUES (?)", store);
    this.#run(
      `INSERT INTO entry (key, scope, attributes, complete)
       VALUES (?, (SELECT id FROM scope WHERE store = ?), ?, 0)`,
      key,
      store,
      JSON.stringify(attributes),
    );
  }

  #scopeToken(store: string): string {
    return `s${this.#number("SELECT id FROM scope WHERE store = ?", store) ?? 0}`;
  }

  #together(work: () => void): void {
    this.#database.exec("BEGIN IMMEDIATE");
    try {
      work();
      this.#database.exec("COMMIT");
    } catch (error) {
      // SQLite has already rolled back by itself after some errors, a full disk among them.
      if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
      throw error;
    }
  }

  #number(sql: string, ...values: SQLInputValue[]): number | null {
    const id = this.#prepare(sql).get(...values)?.["id"];
    return id === undefined ? null : Number(id);
  }

  #run(sql: string, ...values: SQLInputValue[]): void {
    this.#prepare(sql).run(...values);
  }

  #prepare(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known) return known;
    const statement = this.#database.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }
}

// Written by this file alone, and only from attributes.
const parsed = (text: unknown): Attributes => JSON.parse(String(text));

const SQLITE_CORRUPT = 11;
const SQLITE_NOTADB = 26;

function openOrRenew(file: string): DatabaseSync {
  try {
    const database = open(file);
    if (database) return database;
  } catch (error) {
    const code = error instanceof Error && "errcode" in error ? Number(error.errcode) & 0xff : 0;
    if (code !== SQLITE_CORRUPT && code !== SQLITE_NOTADB) throw error;
  }
  for (const end of ["", "-wal", "-shm"]) rmSync(file + end, { force: true });
  const fresh = open(file);
  if (!fresh) throw new Error("a new index has an old version");
  return fresh;
}

/** Null where the file is of another version. */
function open(file: string): DatabaseSync | null {
  const database = new DatabaseSync(file);
  try {
    const version = Number(database.prepare("PRAGMA user_version").get()?.["user_version"]);
    if (version !== 0 && version !== INDEX_VERSION) {
      database.close();
      return null;
    }
    database.exec(CONNECTION_SQL);
    if (version === 0) database.exec(`BEGIN IMMEDIATE; ${SCHEMA_SQL} COMMIT;`);
    return database;
  } catch (error) {
    if (database.isOpen) database.close();
    throw error;
  }
}

/** The index itself, synchronous: SQLite's full text search over words that were cut before. Runs in a worker. */
import { rmSync } from "node:fs";
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import type { AttributeFilter, Attributes } from "../../contract/vector-store-objects.ts";
import { matchesFilter } from "./filters.ts";
import { COMPACTING_SQL, CONNECTION_SQL, INDEX_VERSION, LOCKING_SQL, SCHEMA_SQL } from "./schema.ts";
import type { EntryPart, FoundChunk, IndexQuery, KnownEntry } from "./search-index.ts";
import { ONE_QUESTION, type Scope, SEVERAL_QUESTIONS, searchWords } from "./search-words.ts";

/** Chunks cleared away, and pages given back to the disk, at a time: searches wait no longer than that. */
const CLEARED_AT_ONCE = 32;
const COMPACTED_PAGES = 250;

export class IndexDatabase {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  /** Of the search under way. */
  #filter: AttributeFilter | null = null;

  /** Opens the file; one of another version, or one that is no database, gives way to a new one. */
  constructor(file: string) {
    this.#database = openOrRenew(file);
    const passes = (attributes: unknown) => !this.#filter || matchesFilter(this.#filter, parsed(attributes));
    this.#database.function("passes", (attributes) => (passes(attributes) ? 1 : 0));
  }

  get isOpen(): boolean {
    return this.#database.isOpen;
  }

  close(): void {
    this.#database.close();
  }

  /** All that the work writes, or nothing of it. */
  together<T>(work: () => T): T {
    this.#database.exec("BEGIN IMMEDIATE");
    try {
      const result = work();
      this.#database.exec("COMMIT");
      return result;
    } catch (error) {
      // SQLite has already rolled back by itself after some errors, a full disk among them.
      if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
      throw error;
    }
  }

  put(part: EntryPart): void {
    if (part.first) this.#begin(part);
    const entry = this.#number("SELECT id FROM entry WHERE key = ?", part.key);
    // Removed while its text was read: what comes now belongs to nobody.
    if (entry === null) return;
    const scope = this.#number("SELECT id FROM scope WHERE store = ?", part.store);
    for (const { start, end, text, words } of part.chunks) {
      this.#run("INSERT INTO chunk (entry, start, end) VALUES (?, ?, ?)", entry, start, end);
      this.#run(
        "INSERT INTO word_index (rowid, scope, words, text) VALUES (last_insert_rowid(), ?, ?, ?)",
        `s${scope}`,
        words,
        text,
      );
    }
    this.#run("UPDATE scope SET chunks = chunks + ? WHERE id = ?", part.chunks.length, scope);
    if (part.last) this.#run("UPDATE entry SET complete = 1 WHERE id = ?", entry);
  }

  remove(keys: readonly string[]): void {
    for (const key of keys) this.#run("UPDATE entry SET key = NULL, complete = 0 WHERE key = ?", key);
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
    const scope = this.#prepare("SELECT id, chunks FROM scope WHERE store = ?").get(store);
    if (!scope) return [];
    const [id, chunks] = [Number(scope["id"]), Number(scope["chunks"])];
    const thoroughness = queries.length > 1 ? SEVERAL_QUESTIONS : ONE_QUESTION;
    const meant: Scope = { id, chunks, filtered: filter !== null, thoroughness };
    this.#filter = filter;
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
        `SELECT entry.key, start, text FROM chunk JOIN entry ON entry.id = chunk.entry
         JOIN word_index ON word_index.rowid = chunk.id WHERE chunk.id = ?`,
      ).get(id);
      if (!row || row["key"] === null) return [];
      return [{ key: String(row["key"]), score, start: Number(row["start"]), text: String(row["text"]) }];
    });
  }

  content(key: string): string[] {
    const rows = this.#prepare(
      `SELECT start, end, text FROM chunk JOIN word_index ON word_index.rowid = chunk.id
       WHERE entry = (SELECT id FROM entry WHERE key = ?) ORDER BY id`,
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

  /** Clears away some of what was removed, then gives some room back. False when nothing is left of either. */
  clearSome(): boolean {
    const chunks = this.#prepare(
      `SELECT chunk.id AS id, scope FROM entry JOIN chunk ON chunk.entry = entry.id
       WHERE key IS NULL ORDER BY entry.id, chunk.id LIMIT ?`,
    ).all(CLEARED_AT_ONCE);
    for (const { id, scope } of chunks) {
      this.#run("DELETE FROM word_index WHERE rowid = ?", Number(id));
      this.#run("DELETE FROM chunk WHERE id = ?", Number(id));
      this.#run("UPDATE scope SET chunks = chunks - 1 WHERE id = ?", Number(scope));
    }
    if (chunks.length === CLEARED_AT_ONCE) return true;
    // No removed entry has a chunk any more.
    const { changes } = this.#prepare("DELETE FROM entry WHERE key IS NULL").run();
    if (changes > 0) this.#run("DELETE FROM scope WHERE id NOT IN (SELECT scope FROM entry)");
    return this.#compact();
  }

  #compact(): boolean {
    const free = Number(this.#prepare("PRAGMA freelist_count").get()?.["freelist_count"] ?? 0);
    if (free > 0) this.#database.exec(`PRAGMA incremental_vacuum(${COMPACTED_PAGES})`);
    return free > COMPACTED_PAGES;
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

/** Whether an error means that the file is not, or no more, what an index can be. */
export function isBroken(error: unknown): boolean {
  const code = error instanceof Error && "errcode" in error ? Number(error.errcode) & 0xff : 0;
  return code === SQLITE_CORRUPT || code === SQLITE_NOTADB;
}

/** Removes a file that nobody has open. */
export function discard(file: string): void {
  for (const end of ["", "-wal", "-shm"]) rmSync(file + end, { force: true });
}

function openOrRenew(file: string): DatabaseSync {
  try {
    const database = open(file);
    if (database) return database;
  } catch (error) {
    if (!isBroken(error)) throw error;
  }
  discard(file);
  const fresh = open(file);
  if (!fresh) throw new Error("a new index has an old version");
  return fresh;
}

/** Null where the file is of another version. */
function open(file: string): DatabaseSync | null {
  const database = new DatabaseSync(file);
  try {
    database.exec(LOCKING_SQL);
    const version = Number(database.prepare("PRAGMA user_version").get()?.["user_version"]);
    if (version !== 0 && version !== INDEX_VERSION) {
      database.close();
      return null;
    }
    if (version === 0) database.exec(COMPACTING_SQL);
    database.exec(CONNECTION_SQL);
    if (version === 0) database.exec(`BEGIN IMMEDIATE; ${SCHEMA_SQL} COMMIT;`);
    return database;
  } catch (error) {
    if (database.isOpen) database.close();
    throw error;
  }
}

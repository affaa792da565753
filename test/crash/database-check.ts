import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type Kind, kinds } from "../../src/service/store/kinds.ts";
import { DATABASE_FILE } from "../../src/service/store/sqlite-store.ts";

/** What a killed service has left wrong in its database: what is broken, and what nobody owns. */
export function complaintsAboutDatabase(directory: string): string[] {
  const database = new DatabaseSync(join(directory, DATABASE_FILE));
  try {
    const verdict = String(database.prepare("PRAGMA integrity_check").get()?.["integrity_check"]);
    const complaints = verdict === "ok" ? [] : [`The database is broken: ${verdict}`];
    for (const [owner, { owns }] of Object.entries(kinds)) {
      for (const { kind, column } of owns) complaints.push(...orphans(database, owner, kind, column));
    }
    return complaints;
  } finally {
    database.close();
  }
}

function orphans(database: DatabaseSync, owner: string, kind: Kind, column: string): string[] {
  const sql = `SELECT id FROM ${kind} WHERE ${column} NOT IN (SELECT id FROM ${owner})`;
  return database
    .prepare(sql)
    .all()
    .map(({ id }) => `${id} is left of a ${owner} that is gone.`);
}

import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { DATABASE_FILE } from "../../../src/service/store/sqlite-store.ts";

const INDEX_FILE = "search.db";

/** What must find nothing in the index, beside what waits to be cleared away. */
const RULES: Record<string, string> = {
  "a chunk of no entry": "SELECT id FROM chunk WHERE entry NOT IN (SELECT id FROM entry)",
  "words of no chunk": "SELECT id FROM word_index_content WHERE id NOT IN (SELECT id FROM chunk)",
  "a chunk without words": "SELECT id FROM chunk WHERE id NOT IN (SELECT id FROM word_index_content)",
  "an entry of no file": `SELECT key AS id FROM entry WHERE key NOT IN
    (SELECT internal ->> '$.entry' FROM rows.vector_store_file WHERE status IN ('in_progress', 'completed'))`,
  "a file that is completed without an entry": `SELECT id FROM rows.vector_store_file WHERE status = 'completed'
    AND internal ->> '$.entry' NOT IN (SELECT key FROM entry WHERE key IS NOT NULL AND complete = 1)`,
  "a store with a wrong number of chunks": `SELECT store AS id FROM scope WHERE chunks <>
    (SELECT count(*) FROM chunk JOIN entry ON entry.id = chunk.entry WHERE entry.scope = scope.id)`,
};

/** What a service that is gone has left wrong in its index. */
export function complaintsAboutIndex(directory: string): string[] {
  const index = new DatabaseSync(join(directory, INDEX_FILE));
  try {
    index.prepare("ATTACH ? AS rows").run(join(directory, DATABASE_FILE));
    const verdict = String(index.prepare("PRAGMA main.integrity_check").get()?.["integrity_check"]);
    index.exec("INSERT INTO word_index (word_index) VALUES ('integrity-check')");
    const complaints = verdict === "ok" ? [] : [`The index is broken: ${verdict}`];
    for (const [what, sql] of Object.entries(RULES)) {
      const found = index.prepare(sql).all();
      if (found.length > 0) complaints.push(`The index has ${what}: ${found.map(({ id }) => id)}.`);
    }
    return complaints;
  } finally {
    index.close();
  }
}

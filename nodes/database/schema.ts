/** The tables of what the nodes remember across restarts. */

/** Grows when the tables change; a database of a newer version is refused. */
const SCHEMA_VERSION = 1;

/** How a connection is set: durable on every commit, and patient with a process that is just ending. */
const CONNECTION_SQL = `
  PRAGMA busy_timeout = 5000;
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  PRAGMA journal_size_limit = 16777216;
  PRAGMA foreign_keys = ON;
`;

/**
 * conversation: which thread belongs to a conversation's key, for each service.
 * question: what a run node has under way. `message` and `asked` are JSON; `run` is null until the run is known;
 * `cancels` is 1 where a restart is only to cancel it.
 * answer: what the flow has answered to the calls of a question, so that no tool is asked twice.
 */
const SCHEMA_SQL = `
  CREATE TABLE conversation (
    service TEXT NOT NULL,
    key TEXT NOT NULL,
    thread TEXT NOT NULL,
    PRIMARY KEY (service, key)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE question (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    node TEXT NOT NULL,
    config TEXT NOT NULL,
    cancels INTEGER NOT NULL,
    message TEXT NOT NULL,
    asked TEXT NOT NULL,
    thread TEXT,
    run TEXT,
    round INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE INDEX question_by_node ON question (node, seq);
  CREATE TABLE answer (
    question TEXT NOT NULL REFERENCES question (id) ON DELETE CASCADE,
    round INTEGER NOT NULL,
    call_id TEXT NOT NULL,
    call TEXT NOT NULL,
    answer TEXT NOT NULL,
    PRIMARY KEY (question, round, call_id)
  ) STRICT, WITHOUT ROWID;
  PRAGMA user_version = ${SCHEMA_VERSION};
`;

interface Database {
  exec(sql: string): void;
  prepare(sql: string): { get(): unknown };
}

/** Sets the connection and makes the tables where there are none. Throws where it is not ours to use. */
export function prepareSchema(database: Database): void {
  database.exec(CONNECTION_SQL);
  database.exec("BEGIN IMMEDIATE");
  const found = Object(database.prepare("PRAGMA user_version").get());
  const version = Number(found.user_version);
  if (version > SCHEMA_VERSION) throw new Error("it was written by a newer version of this package");
  if (version === 0) database.exec(SCHEMA_SQL);
  database.exec("COMMIT");
}

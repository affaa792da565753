import { ACTIVE_STATUSES, type Kind, kinds } from "./kinds.ts";

/** Grows when the tables change; a database of a newer version is refused. */
export const SCHEMA_VERSION = 5;

/** Comes first: the file is held until the process ends. */
export const LOCKING_SQL = "PRAGMA locking_mode = EXCLUSIVE";

/** Only a database without tables takes this at once; an older one must be written anew. */
export const COMPACTING_SQL = "PRAGMA auto_vacuum = INCREMENTAL";

/** How a connection is set: durable on every commit. */
export const CONNECTION_SQL = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  PRAGMA journal_size_limit = 67108864;
`;

/** The values as SQL text, for what must stand in the text itself. */
export const quoted = (values: readonly string[]) =>
  values.map((value) => `'${value.replaceAll("'", "''")}'`).join(", ");

function tableSql(kind: Kind): string {
  const { columns, times } = kinds[kind];
  const indexes = [...columns, ...times]
    .filter((column) => column !== "status")
    .map(
      (column) =>
        `CREATE INDEX ${kind}_by_${column} ON ${kind} (${column}, seq) WHERE ${column} IS NOT NULL;`,
    );
  return `
    CREATE TABLE ${kind} (
      seq INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL UNIQUE,
      version INTEGER NOT NULL,
      object TEXT NOT NULL,
      internal TEXT NOT NULL
      ${columns.map((column) => `, ${column} TEXT`).join("")}
      ${times.map((column) => `, ${column} INTEGER`).join("")}
    ) STRICT;
    ${indexes.join("\n")}`;
}

/** Where deleted objects stood in their lists, the oldest deletion first. */
const DELETED_SQL = `
    CREATE TABLE deleted (
      place INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL UNIQUE,
      kind TEXT NOT NULL,
      seq INTEGER NOT NULL
    ) STRICT;`;

/**
 * Makes the tables. One active run a thread is the database's own promise, whoever writes. What a vector store holds is
 * counted each time that it is shown: from an index alone, not from thousands of files.
 */
export const SCHEMA_SQL = `
  ${(Object.keys(kinds) as Kind[]).map(tableSql).join("\n")}
  ${DELETED_SQL}
  CREATE UNIQUE INDEX one_active_run ON run (thread_id) WHERE status IN (${quoted(ACTIVE_STATUSES)});
  CREATE INDEX run_by_status ON run (status, seq) WHERE status IN (${quoted(ACTIVE_STATUSES)});
  CREATE INDEX vector_store_file_by_status ON vector_store_file (status, seq) WHERE status = 'in_progress';
  CREATE INDEX vector_store_file_usage ON vector_store_file
    (vector_store_id, status, json_extract(object, '$.usage_bytes')) WHERE vector_store_id IS NOT NULL;
  PRAGMA user_version = ${SCHEMA_VERSION};
`;

/**
 * What makes a database of each older version into one of the next. Written out, since a version that has been
 * published does not change any more.
 */
export const MIGRATIONS: Readonly<Record<number, string>> = {
  1: `
    CREATE TABLE file (
      seq INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL UNIQUE,
      version INTEGER NOT NULL,
      object TEXT NOT NULL,
      internal TEXT NOT NULL,
      purpose TEXT,
      expires_at INTEGER
    ) STRICT;
    CREATE INDEX file_by_purpose ON file (purpose, seq) WHERE purpose IS NOT NULL;
    CREATE INDEX file_by_expires_at ON file (expires_at, seq) WHERE expires_at IS NOT NULL;
    CREATE TABLE deleted (
      place INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL UNIQUE,
      kind TEXT NOT NULL,
      seq INTEGER NOT NULL
    ) STRICT;
    PRAGMA user_version = 2;`,
  2: `
    CREATE TABLE vector_store (
      seq INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL UNIQUE,
      version INTEGER NOT NULL,
      object TEXT NOT NULL,
      internal TEXT NOT NULL
    ) STRICT;
    CREATE TABLE vector_store_file (
      seq INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL UNIQUE,
      version INTEGER NOT NULL,
      object TEXT NOT NULL,
      internal TEXT NOT NULL,
      vector_store_id TEXT,
      file_id TEXT,
      batch_id TEXT,
      status TEXT
    ) STRICT;
    CREATE INDEX vector_store_file_by_vector_store_id ON vector_store_file (vector_store_id, seq)
      WHERE vector_store_id IS NOT NULL;
    CREATE INDEX vector_store_file_by_file_id ON vector_store_file (file_id, seq)
      WHERE file_id IS NOT NULL;
    CREATE INDEX vector_store_file_by_batch_id ON vector_store_file (batch_id, seq)
      WHERE batch_id IS NOT NULL;
    CREATE TABLE vector_store_file_batch (
      seq INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL UNIQUE,
      version INTEGER NOT NULL,
      object TEXT NOT NULL,
      internal TEXT NOT NULL,
      vector_store_id TEXT
    ) STRICT;
    CREATE INDEX vector_store_file_batch_by_vector_store_id ON vector_store_file_batch (vector_store_id, seq)
      WHERE vector_store_id IS NOT NULL;
    CREATE INDEX open_vector_store_file ON vector_store_file (seq) WHERE status = 'in_progress';
    PRAGMA user_version = 3;`,
  3: `
    CREATE TABLE upload (
      seq INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL UNIQUE,
      version INTEGER NOT NULL,
      object TEXT NOT NULL,
      internal TEXT NOT NULL,
      status TEXT,
      expires_at INTEGER
    ) STRICT;
    CREATE INDEX upload_by_expires_at ON upload (expires_at, seq) WHERE expires_at IS NOT NULL;
    CREATE TABLE upload_part (
      seq INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL UNIQUE,
      version INTEGER NOT NULL,
      object TEXT NOT NULL,
      internal TEXT NOT NULL,
      upload_id TEXT
    ) STRICT;
    CREATE INDEX upload_part_by_upload_id ON upload_part (upload_id, seq) WHERE upload_id IS NOT NULL;
    PRAGMA user_version = 4;`,
  4: `
    ALTER TABLE vector_store ADD COLUMN forget_at INTEGER;
    UPDATE vector_store SET forget_at = object ->> '$.expires_at',
      internal = json_object('forget_at', object -> '$.expires_at');
    CREATE INDEX vector_store_by_forget_at ON vector_store (forget_at, seq) WHERE forget_at IS NOT NULL;
    DROP INDEX open_vector_store_file;
    CREATE INDEX vector_store_file_by_status ON vector_store_file (status, seq) WHERE status = 'in_progress';
    CREATE INDEX vector_store_file_usage ON vector_store_file
    (vector_store_id, status, json_extract(object, '$.usage_bytes')) WHERE vector_store_id IS NOT NULL;
    PRAGMA user_version = 5;`,
};

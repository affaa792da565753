import { ACTIVE_STATUSES, type Kind, kinds } from "./kinds.ts";

/** Grows when the tables change; a database of a newer version is refused. */
export const SCHEMA_VERSION = 1;

/** Comes first: the file is held until the process ends. */
export const LOCKING_SQL = "PRAGMA locking_mode = EXCLUSIVE";

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
  const { columns } = kinds[kind];
  const indexes = columns
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
    ) STRICT;
    ${indexes.join("\n")}`;
}

/** Makes the tables. One active run a thread is the database's own promise, whoever writes. */
export const SCHEMA_SQL = `
  ${(Object.keys(kinds) as Kind[]).map(tableSql).join("\n")}
  CREATE UNIQUE INDEX one_active_run ON run (thread_id) WHERE status IN (${quoted(ACTIVE_STATUSES)});
  CREATE INDEX run_by_status ON run (status, seq) WHERE status IN (${quoted(ACTIVE_STATUSES)});
  PRAGMA user_version = ${SCHEMA_VERSION};
`;

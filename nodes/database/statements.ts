/** What the nodes and the thread that holds their database say to each other. Plain data, both ways. */

export type SqlValue = string | number | null;

/** One row by its columns' names. */
export type Row = Record<string, SqlValue>;

export interface Statement {
  sql: string;
  values: SqlValue[];
}

/** A unit of work: all of its statements or none. Its rows are those of the last one. */
export interface DatabaseRequest {
  id: number;
  statements: Statement[];
}

export type DatabaseReply = { id: number } & ({ rows: Row[] } | { failure: string });

/** The worker's first word: it has the database, or why not. */
export type OpenedMessage = { opened: true } | { opened: false; reason: string };

/** Grows when the tables or the cutting of words change; an index of another version is made anew from the files. */
export const INDEX_VERSION = 4;

/** What words may hold of ASCII beside letters and digits: they are cut before they come here. */
const TOKEN_CHARACTERS = "._,:;";

/** Comes first: nobody else has the file, and so nothing beside it is needed, for which a full disk has no room. */
export const LOCKING_SQL = "PRAGMA locking_mode = EXCLUSIVE";

/** Before the first table: so the room of what was removed can be given back to the disk. */
export const COMPACTING_SQL = "PRAGMA auto_vacuum = INCREMENTAL";

/**
 * Nothing is waited for until it is on the disk: what a power cut takes from the index, the next start reads from the
 * files again. The death of the process takes nothing.
 */
export const CONNECTION_SQL = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  PRAGMA journal_size_limit = 67108864;
  PRAGMA cache_size = -16000;
`;

/**
 * A scope is a vector store, with the number of its chunks. An entry without a key is removed, and its chunks are only
 * waiting to be cleared away. The texts stand beside the words and not in the table of chunks: a search looks at
 * thousands of chunks, and at few texts.
 */
export const SCHEMA_SQL = `
  CREATE TABLE scope (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    store TEXT NOT NULL UNIQUE,
    chunks INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE TABLE entry (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT UNIQUE,
    scope INTEGER NOT NULL,
    attributes TEXT NOT NULL,
    complete INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX entry_by_scope ON entry (scope);
  CREATE INDEX removed_entry ON entry (id) WHERE key IS NULL;
  CREATE TABLE chunk (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    entry INTEGER NOT NULL,
    start INTEGER NOT NULL,
    end INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX chunk_by_entry ON chunk (entry, id);
  CREATE VIRTUAL TABLE word_index USING fts5 (
    scope, words, text UNINDEXED, tokenize = "ascii tokenchars '${TOKEN_CHARACTERS}'"
  );
  PRAGMA user_version = ${INDEX_VERSION};
`;

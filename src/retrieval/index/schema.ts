/** Grows when the tables or the cutting of words change; an index of another version is made anew from the files. */
export const INDEX_VERSION = 1;

/** What words may hold of ASCII beside letters and digits: they are cut before they come here. */
const TOKEN_CHARACTERS = "._,:;";

export const CONNECTION_SQL = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  PRAGMA journal_size_limit = 67108864;
  PRAGMA cache_size = -16000;
`;

/** An entry without a key is removed and its chunks are only waiting to be cleared away. */
export const SCHEMA_SQL = `
  CREATE TABLE scope (id INTEGER PRIMARY KEY AUTOINCREMENT, store TEXT NOT NULL UNIQUE) STRICT;
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
    end INTEGER NOT NULL,
    text TEXT NOT NULL
  ) STRICT;
  CREATE INDEX chunk_by_entry ON chunk (entry, id);
  CREATE VIRTUAL TABLE word_index USING fts5 (
    scope, words, tokenize = "ascii tokenchars '${TOKEN_CHARACTERS}'"
  );
  PRAGMA user_version = ${INDEX_VERSION};
`;

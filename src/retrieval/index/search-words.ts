/** One question to the index: candidates from SQLite's full text search, then each scored by its words. */
import type { StatementSync } from "node:sqlite";
import { wordsOfQuery } from "../words.ts";
import { type AskedWord, scoreOf } from "./ranking.ts";

/** Which entries are meant: those of a vector store, and of them some only, or all (null). */
export interface Scope {
  id: number;
  entries: number[] | null;
}

/** Words of one question; more of them say nothing more. */
const MAX_WORDS = 64;

/**
 * How many chunks may have the words by which candidates are found: those that nearly all have find nothing. Where
 * every word is one of those, so many chunks are looked at and no more.
 */
const MAX_MATCHES = 5000;

/** Chunks that are scored: those that are best for SQLite, which only knows how rare words are among the matches. */
const CANDIDATES = 150;

const quoted = (word: string) => `"${word.replaceAll('"', '""')}"`;

export function searchWords(
  prepare: (sql: string) => StatementSync,
  scope: Scope,
  query: string,
): { id: number; score: number }[] {
  // Ids are given in order: the last is near enough to their number.
  const chunks = Number(prepare("SELECT max(id) AS id FROM chunk").get()?.["id"] ?? 0);
  const asked = wordsOfQuery(query)
    .slice(0, MAX_WORDS)
    .map((word): AskedWord => ({ word, chunks: chunksWith(prepare, word, chunks) }));
  const telling = tellingWords(asked);
  if (telling.length === 0) return [];
  const match = `scope : s${scope.id} AND words : (${telling.map(quoted).join(" OR ")})`;
  const among = scope.entries ? "AND entry.id IN (SELECT value FROM json_each(?))" : "";
  const matches = prepare(
    `SELECT id FROM
     (SELECT word_index.rowid AS id, bm25(word_index, 0.0, 1.0) AS place
      FROM word_index CROSS JOIN chunk ON chunk.id = word_index.rowid CROSS JOIN entry ON entry.id = chunk.entry
      WHERE word_index MATCH ? AND entry.complete = 1 ${among} LIMIT ${MAX_MATCHES})
     ORDER BY place LIMIT ${CANDIDATES}`,
  ).all(match, ...(scope.entries ? [JSON.stringify(scope.entries)] : []));
  const words = prepare("SELECT words FROM word_index WHERE rowid = ?");
  const candidates = matches.map((row) => {
    const id = Number(row["id"]);
    return { id, words: String(words.get(id)?.["words"]) };
  });
  const length = candidates.reduce((sum, { words: own }) => sum + own.length, 0);
  const collection = { chunks, averageLength: length / Math.max(1, candidates.length) };
  return candidates.map(({ id, words: own }) => ({ id, score: scoreOf(asked, own, collection) }));
}

/** How many chunks have the word; of very many only the first are counted, and the rest is concluded from them. */
function chunksWith(prepare: (sql: string) => StatementSync, word: string, chunks: number): number {
  const row = prepare(
    `SELECT count(*) AS counted, max(id) AS last FROM
     (SELECT rowid AS id FROM word_index WHERE word_index MATCH ? LIMIT ${MAX_MATCHES})`,
  ).get(`words : ${quoted(word)}`);
  const counted = Number(row?.["counted"] ?? 0);
  if (counted < MAX_MATCHES) return counted;
  return Math.round((counted * chunks) / Math.max(1, Number(row?.["last"])));
}

/** The rarest words, as long as not too many chunks have them; at least one, if anybody has it. */
function tellingWords(asked: readonly AskedWord[]): string[] {
  const known = asked.filter(({ chunks }) => chunks > 0).sort((left, right) => left.chunks - right.chunks);
  const telling: string[] = [];
  let matches = 0;
  for (const { word, chunks } of known) {
    matches += chunks;
    if (matches > MAX_MATCHES && telling.length > 0) break;
    telling.push(word);
  }
  return telling;
}

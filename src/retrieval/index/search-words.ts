/** One question to the index: candidates from SQLite's full text search, then each scored by its words. */
import type { StatementSync } from "node:sqlite";
import { wordsOfQuery } from "../words.ts";
import { type AskedWord, scoreOf } from "./ranking.ts";

/** Which entries are meant: those of a vector store, and of them some only, or all (null). */
export interface Scope {
  id: number;
  entries: Set<number> | null;
}

/** Words of one question; more of them say nothing more. */
const MAX_WORDS = 64;

/** How many chunks may have the words by which candidates are found: those that nearly all have find nothing. */
const MAX_MATCHES = 2000;

/** Where every word is one that nearly all have, so many of the chunks are looked at and no more. */
const MAX_RANKED = 3000;

/** Chunks that are scored. */
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
  const matches = prepare(
    `SELECT matched.id AS id, entry.id AS entry
     FROM (SELECT rowid AS id, bm25(word_index, 0.0, 1.0) AS place FROM word_index
           WHERE word_index MATCH ? LIMIT ${MAX_RANKED}) AS matched
     JOIN chunk ON chunk.id = matched.id JOIN entry ON entry.id = chunk.entry
     WHERE entry.complete = 1 ORDER BY place`,
  ).iterate(match);
  const words = prepare("SELECT words FROM word_index WHERE rowid = ?");
  const candidates: { id: number; words: string[] }[] = [];
  for (const row of matches) {
    if (scope.entries && !scope.entries.has(Number(row["entry"]))) continue;
    const id = Number(row["id"]);
    candidates.push({ id, words: String(words.get(id)?.["words"]).split(" ") });
    if (candidates.length === CANDIDATES) break;
  }
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

/** One question to the index: candidates from SQLite's full text search, then each scored by its words. */
import type { StatementSync } from "node:sqlite";
import { wordsOfQuery } from "../words.ts";
import { type AskedWord, scoreOf } from "./ranking.ts";

/** What is searched, and how thoroughly. */
export interface Scope {
  id: number;
  /** How many chunks it has. */
  chunks: number;
  /** Whether only those entries are meant whose attributes pass, as SQL's function of that name says. */
  filtered: boolean;
  thoroughness: Thoroughness;
}

export interface Thoroughness {
  /**
   * How many chunks may have the words by which candidates are found: those that nearly all have find nothing. Where
   * every word is one of those, so many chunks are looked at and no more.
   */
  matches: number;
  /** Chunks that are scored: those that are best for SQLite. */
  candidates: number;
}

export const ONE_QUESTION: Thoroughness = { matches: 3000, candidates: 100 };

/** Of several questions each needs less, for the best of all are answered. */
export const SEVERAL_QUESTIONS: Thoroughness = { matches: 1000, candidates: 50 };

/** Words of one question; more of them say nothing more. */
const MAX_WORDS = 64;

/** So many chunks that have a word are counted. */
const MAX_COUNTED = 5000;

const quoted = (word: string) => `"${word.replaceAll('"', '""')}"`;

export function searchWords(
  prepare: (sql: string) => StatementSync,
  scope: Scope,
  query: string,
): { id: number; score: number }[] {
  const asked = wordsOfQuery(query)
    .toSorted((left, right) => Number(left.common) - Number(right.common))
    .slice(0, MAX_WORDS)
    .map((asked): AskedWord => ({ ...asked, chunks: chunksWith(prepare, scope, asked.word) }));
  const { telling, others } = divided(asked, scope.thoroughness.matches);
  if (telling === "") return [];
  const ranked = others === "" ? telling : `(${telling}) OR ((${telling}) AND (${others}))`;
  const match = `scope : s${scope.id} AND words : (${ranked})`;
  const passing = scope.filtered ? "AND passes(entry.attributes)" : "";
  const matches = prepare(
    `SELECT id FROM
     (SELECT word_index.rowid AS id, bm25(word_index, 0.0, 1.0) AS place
      FROM word_index CROSS JOIN chunk ON chunk.id = word_index.rowid CROSS JOIN entry ON entry.id = chunk.entry
      WHERE word_index MATCH ? AND entry.complete = 1 ${passing} LIMIT ?)
     ORDER BY place LIMIT ?`,
  ).all(match, scope.thoroughness.matches, scope.thoroughness.candidates);
  const words = prepare("SELECT words FROM word_index WHERE rowid = ?");
  const candidates = matches.map((row) => {
    const id = Number(row["id"]);
    return { id, words: String(words.get(id)?.["words"]) };
  });
  const length = candidates.reduce((sum, { words: own }) => sum + own.length, 0);
  const collection = { chunks: scope.chunks, averageLength: length / Math.max(1, candidates.length) };
  return candidates.map(({ id, words: own }) => ({ id, score: scoreOf(asked, own, collection) }));
}

/** How many chunks have the word; of very many only the first are counted, and the rest is concluded from them. */
function chunksWith(prepare: (sql: string) => StatementSync, scope: Scope, word: string): number {
  const row = prepare(
    `SELECT count(*) AS counted, max(id) AS last FROM
     (SELECT rowid AS id FROM word_index WHERE word_index MATCH ? LIMIT ${MAX_COUNTED})`,
  ).get(`scope : s${scope.id} AND words : ${quoted(word)}`);
  const counted = Number(row?.["counted"] ?? 0);
  if (counted < MAX_COUNTED) return counted;
  const end = (order: string) =>
    Number(
      prepare(
        `SELECT rowid AS id FROM word_index WHERE word_index MATCH ? ORDER BY rowid ${order} LIMIT 1`,
      ).get(`scope : s${scope.id}`)?.["id"],
    );
  // Ids are given in order: those of the store are taken to lie evenly between its first and its last.
  const [first, last] = [end("ASC"), end("DESC")];
  const passed = (Number(row?.["last"]) - first + 1) / (last - first + 1);
  return Math.min(scope.chunks, Math.round(counted / passed));
}

/** The rarest words, as long as not too many chunks have them; at least one, if anybody has it. And the others. */
function divided(asked: readonly AskedWord[], most: number): { telling: string; others: string } {
  const known = asked.filter(({ chunks }) => chunks > 0).sort((left, right) => left.chunks - right.chunks);
  let matches = 0;
  const count = known.findIndex(({ chunks }, place) => {
    matches += chunks;
    return matches > most && place > 0;
  });
  const words = known.map(({ word }) => quoted(word));
  const end = count < 0 ? words.length : count;
  return { telling: words.slice(0, end).join(" OR "), others: words.slice(end).join(" OR ") };
}

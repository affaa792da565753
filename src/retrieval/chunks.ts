/** How a text is cut into the chunks that are searched and handed to a model. Pure and deterministic. */
import { quartersOfCharacter } from "../models/tokens.ts";

/** Tokens, by the estimator that every limit is counted with. */
export interface ChunkSize {
  max_chunk_size_tokens: number;
  /** At most half of the size. */
  chunk_overlap_tokens: number;
}

export const AUTO_CHUNKS: ChunkSize = { max_chunk_size_tokens: 800, chunk_overlap_tokens: 400 };

/** A piece of a text; `start` and `end` are its place in it, counted as JavaScript counts. */
export interface Chunk {
  start: number;
  end: number;
  text: string;
}

/** The last part of a chunk in which a better place to end is looked for. */
const LOOK_BACK = 0.25;

/** Where a text is best cut, best first: between paragraphs, lines, sentences, words. */
const BREAKS = [/\n\s*\n/gu, /\n/gu, /[.!?]\s|[。！？]/gu, /\s/gu];

/** The chunks of a text in order; each is at most as long as said, and repeats the end of the one before. */
export function* chunksOf(text: string, size: ChunkSize): Generator<Chunk> {
  const most = size.max_chunk_size_tokens * 4;
  const overlap = Math.min(size.chunk_overlap_tokens * 4, most / 2);
  let start = skipSpace(text, 0);
  while (start < text.length) {
    const full = walk(text, start, most);
    const end = full < text.length ? bestEnd(text, start, full) : full;
    const piece = text.slice(start, end);
    yield { start, end: start + piece.trimEnd().length, text: piece.trimEnd() };
    if (skipSpace(text, end) >= text.length) return;
    const repeated = overlap === 0 ? end : wordStart(text, walkBack(text, end, overlap), end);
    // Never at or before the same place again, however the overlap falls.
    start = skipSpace(text, repeated > start ? repeated : end);
  }
}

/** The place behind as many characters as so many quarters of a token hold; one character at least. */
function walk(text: string, start: number, quarters: number): number {
  let left = quarters;
  let at = start;
  while (at < text.length) {
    const code = text.codePointAt(at) ?? 0;
    left -= quartersOfCharacter(code);
    if (left < 0 && at > start) return at;
    at += code > 0xffff ? 2 : 1;
  }
  return at;
}

function walkBack(text: string, end: number, quarters: number): number {
  let left = quarters;
  let at = end;
  while (at > 0) {
    const low = text.charCodeAt(at - 1);
    const step = low >= 0xdc00 && low <= 0xdfff && at > 1 ? 2 : 1;
    left -= quartersOfCharacter(text.codePointAt(at - step) ?? 0);
    if (left < 0) return at;
    at -= step;
  }
  return at;
}

/** The end of the last paragraph, line, sentence or word in the last part of the chunk. */
function bestEnd(text: string, start: number, full: number): number {
  const from = full - Math.floor((full - start) * LOOK_BACK);
  const tail = text.slice(from, full);
  for (const pattern of BREAKS) {
    let last = -1;
    for (const match of tail.matchAll(pattern)) last = match.index + match[0].length;
    if (last > 0) return from + last;
  }
  return full;
}

/** The start of the next word, so that a chunk does not begin within one; the place itself where none is near. */
function wordStart(text: string, at: number, end: number): number {
  if (at === 0 || /\s/u.test(text.charAt(at - 1))) return at;
  const space = text.slice(at, Math.min(end, at + 80)).search(/\s/u);
  return space < 0 ? at : at + space;
}

function skipSpace(text: string, at: number): number {
  const rest = /\S/u;
  let place = at;
  while (place < text.length && !rest.test(text.charAt(place))) place += 1;
  return place;
}

import type { AttributeFilter, Attributes } from "../../contract/vector-store-objects.ts";

/** A chunk as it is indexed. */
export interface IndexedChunk {
  start: number;
  end: number;
  text: string;
  /** The words under which it is found, separated by spaces. */
  words: string;
}

/** A part of an entry. An entry is one file in one vector store; it is found from its last part on. */
export interface EntryPart {
  key: string;
  store: string;
  attributes: Attributes;
  first: boolean;
  last: boolean;
  chunks: IndexedChunk[];
}

export interface IndexQuery {
  store: string;
  /** Any of them may be answered. */
  queries: string[];
  limit: number;
  /** Between 0 and 1: what answers less well is left out. */
  least: number;
  filter: AttributeFilter | null;
}

export interface FoundChunk {
  key: string;
  score: number;
  start: number;
  text: string;
}

/** An entry as the index knows it, in the order of its making. */
export interface KnownEntry {
  place: number;
  key: string;
  complete: boolean;
  attributes: Attributes;
}

/**
 * Where chunks are searched. How is its own affair: by words now. What is removed is found no more once the promise
 * is fulfilled; its space is won back later. Every method rejects with `index_unavailable` where the disk
 * cannot.
 */
export interface SearchIndex {
  /** How often it may have begun anew with nothing in it: what was put before may have to be put again. */
  readonly renewals: number;
  /** The first part replaces an entry of the same key. */
  put(part: EntryPart): Promise<void>;
  remove(keys: string[]): Promise<void>;
  removeStore(store: string): Promise<void>;
  setAttributes(key: string, attributes: Attributes): Promise<void>;
  /** The best first. */
  search(query: IndexQuery): Promise<FoundChunk[]>;
  /** The text of an entry in pieces, nothing twice. */
  content(key: string): Promise<string[]>;
  /** A page of what there is; `after` is the place of the last one before it. */
  entries(after: number, limit: number): Promise<KnownEntry[]>;
  close(): Promise<void>;
}

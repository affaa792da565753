/** Vector stores, their files and batches, and what a search in them finds, field for field as on the wire. */
import type { Metadata } from "./objects.ts";

export type FileStatus = "in_progress" | "completed" | "failed" | "cancelled";

export interface FileCounts extends Record<FileStatus, number> {
  total: number;
}

export interface StoreExpiry {
  anchor: "last_active_at";
  /** Between 1 and 365. */
  days: number;
}

export interface VectorStore {
  id: string;
  object: "vector_store";
  created_at: number;
  name: string;
  usage_bytes: number;
  file_counts: FileCounts;
  status: "expired" | "in_progress" | "completed";
  expires_after?: StoreExpiry | null;
  expires_at?: number | null;
  last_active_at: number | null;
  metadata: Metadata | null;
}

/** How many attributes a file has at most, and how many characters their keys and texts. */
export const ATTRIBUTE_LIMITS = { pairs: 16, key: 64, text: 512 } as const;

/** Within ATTRIBUTE_LIMITS. */
export type Attributes = Record<string, string | number | boolean>;

/** How a file is cut: in chunks of so many tokens, each with so many of the one before. */
export interface StaticChunking {
  type: "static";
  static: { max_chunk_size_tokens: number; chunk_overlap_tokens: number };
}

export interface VectorStoreFile {
  /** The file's own. */
  id: string;
  object: "vector_store.file";
  usage_bytes: number;
  created_at: number;
  vector_store_id: string;
  status: FileStatus;
  last_error: { code: "server_error" | "unsupported_file" | "invalid_file"; message: string } | null;
  chunking_strategy?: StaticChunking | { type: "other" };
  attributes?: Attributes | null;
}

export interface VectorStoreFileBatch {
  id: string;
  object: "vector_store.files_batch";
  created_at: number;
  vector_store_id: string;
  status: FileStatus;
  file_counts: FileCounts;
}

/** The text of a file as it was read, in pieces that follow each other. */
export interface VectorStoreFileContent {
  object: "vector_store.file_content.page";
  data: { type: "text"; text: string }[];
  has_more: boolean;
  next_page: string | null;
}

export interface SearchResult {
  file_id: string;
  filename: string;
  /** Between 0 and 1. */
  score: number;
  attributes: Attributes | null;
  content: { type: "text"; text: string }[];
}

export interface SearchResultsPage {
  object: "vector_store.search_results.page";
  search_query: string[];
  data: SearchResult[];
  has_more: boolean;
  next_page: string | null;
}

export interface ComparisonFilter {
  type: "eq" | "ne" | "gt" | "gte" | "lt" | "lte" | "in" | "nin";
  key: string;
  value: string | number | boolean | (string | number)[];
}

export interface CompoundFilter {
  type: "and" | "or";
  filters: AttributeFilter[];
}

/** Which files are searched, by their attributes. */
export type AttributeFilter = ComparisonFilter | CompoundFilter;

/** What the store and its worker say to each other. */
import type { Kind } from "./kinds.ts";
import type { RowChange, StoredRow } from "./sqlite-rows.ts";
import type { ConflictReason, Cutoffs, ListQuery, SweepPlace, Tally, Where } from "./store.ts";

/** One question to the worker, or one whole unit of work. */
export type StoreRequest =
  | { method: "get"; kind: Kind; id: string }
  | { method: "list"; kind: Kind; query: ListQuery }
  | { method: "tally"; kind: Kind; where: Where; column: string }
  | { method: "commit"; changes: RowChange[] }
  | { method: "sweep"; cutoffs: Cutoffs; place: SweepPlace }
  | { method: "compact" }
  | { method: "fileBytes" }
  | { method: "close" };

export interface RequestMessage {
  id: number;
  request: StoreRequest;
}

export type StoreReply =
  | { rows: StoredRow[] }
  | { next: SweepPlace | null }
  | { more: boolean }
  | { bytes: number }
  | { tally: Tally }
  | { conflict: ConflictReason }
  /** SQLite's own sentence, and whether it may be another one when the disk is well again. */
  | { failure: string; passing: boolean };

export interface ReplyMessage {
  id: number;
  reply: StoreReply;
}

/** What the worker is started with. */
export interface WorkerSettings {
  file: string;
  /** Whether what is deleted is to give its room back, which a database of an earlier version cannot yet. */
  compacting: boolean;
}

/** The worker's first word: it has the database, perhaps one that can give no room back, or why not. */
export type OpenedMessage =
  | { opened: true; uncompacted: string | null }
  | { opened: false; busy: boolean; reason: string };

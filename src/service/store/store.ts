import type { Kind, Kinds } from "./kinds.ts";

/** An object as it stands in the store. `version` grows by one with each change. */
export interface Stored<K extends Kind> {
  object: Kinds[K]["object"];
  internal: Kinds[K]["internal"];
  version: number;
}

/** Which objects a list holds: those whose columns have these values (one of several where an array is given). */
export type Where = Record<string, string | readonly string[]>;

export interface ListQuery {
  where?: Where;
  /** Only objects whose time in this column has come, the earliest first. */
  due?: { column: string; now: number };
  limit: number;
  /** By insertion. */
  order: "asc" | "desc";
  /** Ids of objects of the same list; exclusive. */
  after?: string;
  before?: string;
}

/** What a replacement was made from: it holds only while this still stands, and readers are told the difference. */
export type Replaced<K extends Kind> = Pick<Stored<K>, "object" | "version">;

type ObjectChange<K extends Kind> =
  | { insert: K; object: Kinds[K]["object"]; internal: Kinds[K]["internal"] }
  | { replace: K; from: Replaced<K>; object: Kinds[K]["object"]; internal: Kinds[K]["internal"] };

/**
 * One part of a unit of work. `replace` holds only if the stored version is still that of `from`; `delete` takes
 * along what the object owns; the last two change nothing but must be true.
 */
export type Change =
  | { [K in Kind]: ObjectChange<K> }[Kind]
  | { delete: Kind; id: string }
  | { expect: Kind; id: string }
  | { idle: string };

/** Why a unit of work, or a list, could not be: nothing of it was done. */
export type ConflictReason =
  | { reason: "missing"; kind: Kind; id: string }
  | { reason: "version"; kind: Kind; id: string }
  | { reason: "busy"; thread_id: string; run_id: string }
  | { reason: "cursor"; param: "after" | "before"; id: string };

export class StoreConflict extends Error {
  override readonly name = "StoreConflict";
  readonly conflict: ConflictReason;

  constructor(conflict: ConflictReason) {
    super(`The store refused: ${conflict.reason}.`);
    this.conflict = conflict;
  }
}

/** For a list: null where what it was to go on behind is not there any more. */
export function nullWithoutCursor(error: unknown): null {
  if (error instanceof StoreConflict && error.conflict.reason === "cursor") return null;
  throw error;
}

/** By the values of a column. */
export type Tally = Record<string, { count: number; bytes: number }>;

/** What may go, in Unix seconds; null keeps it for ever. */
export interface Cutoffs {
  /** Threads in which nothing was written since then, with all they hold. */
  threads: number | null;
  /** Runs that ended before then, with their steps; what they wrote stays. */
  runs: number | null;
}

/** How far a sweep has come: what is behind these places has been looked at. */
export interface SweepPlace {
  thread: number;
  run: number;
}

export const SWEEP_BEGIN: SweepPlace = { thread: 0, run: 0 };

/**
 * Where the service keeps its objects. Every method rejects with a `StoreConflict` where what it was told is no
 * longer true, and with a `ContractError` (`store_unavailable`, `service_closed`) where the store cannot work.
 */
export interface Store {
  get<K extends Kind>(kind: K, id: string): Promise<Stored<K> | null>;
  list<K extends Kind>(kind: K, query: ListQuery): Promise<Stored<K>[]>;
  /** How many objects there are of each value of a column, and how many bytes they use. */
  tally(kind: Kind, where: Where, column: string): Promise<Tally>;
  /** All of it or nothing. When the promise is fulfilled, the changes survive a power cut. */
  commit(changes: Change[]): Promise<void>;
  close(): Promise<void>;
}

/** What keeps a store from growing for ever. */
export interface StoreUpkeep {
  /**
   * Looks at some more objects and deletes those that may go. What has an active run never goes.
   * @returns where to go on; null when everything has been looked at
   */
  sweep(cutoffs: Cutoffs, place: SweepPlace): Promise<SweepPlace | null>;
  /** Gives some of the room that was freed back to the disk. Resolves with whether there is more. */
  compact(): Promise<boolean>;
  /** Bytes on the disk, those of uploaded files among them. */
  size(): Promise<number>;
}

/** Which objects a sweep deletes: found in small batches, so that nobody waits long for the database. */
import type { DatabaseSync } from "node:sqlite";
import { ACTIVE_STATUSES, type Kind } from "./kinds.ts";
import { quoted } from "./sqlite-schema.ts";
import type { Cutoffs, SweepPlace } from "./store.ts";

/** Objects that are looked at in one transaction. */
const BATCH = 100;

const ACTIVE = quoted(ACTIVE_STATUSES);

const field = (name: string) => `coalesce(object ->> '$.${name}', 0)`;

/** When a run was last heard of. */
const RUN_TIME = `max(${["created_at", "completed_at", "cancelled_at", "failed_at"].map(field).join(", ")})`;

/** The newest message or run of a thread, or the thread itself. */
const newest = (kind: Kind, time: string) =>
  `coalesce((SELECT ${time} FROM ${kind} WHERE thread_id = thread.id ORDER BY seq DESC LIMIT 1), 0)`;

const THREADS = `
  SELECT seq, id,
    max(${field("created_at")}, ${newest("message", field("created_at"))}, ${newest("run", RUN_TIME)}) AS used,
    EXISTS (SELECT 1 FROM run WHERE thread_id = thread.id AND status IN (${ACTIVE})) AS active
  FROM thread WHERE seq > ? ORDER BY seq LIMIT ${BATCH}`;

const RUNS = `
  SELECT seq, id, ${RUN_TIME} AS used, status IN (${ACTIVE}) AS active
  FROM run WHERE seq > ? ORDER BY seq LIMIT ${BATCH}`;

export interface Batch {
  deleted: { kind: Kind; id: string }[];
  /** Null when everything has been looked at. */
  next: SweepPlace | null;
}

/** The objects of the next batch that may go: threads first, then runs. */
export function nextBatch(database: DatabaseSync, cutoffs: Cutoffs, place: SweepPlace): Batch {
  const threads = idle(database, "thread", THREADS, cutoffs.threads, place.thread);
  if (threads.last !== null) return { deleted: threads.found, next: { ...place, thread: threads.last } };
  const runs = idle(database, "run", RUNS, cutoffs.runs, place.run);
  return { deleted: runs.found, next: runs.last === null ? null : { ...place, run: runs.last } };
}

function idle(database: DatabaseSync, kind: Kind, sql: string, before: number | null, after: number) {
  const rows = before === null ? [] : database.prepare(sql).all(after);
  const found = rows
    .filter(({ used, active }) => Number(active) === 0 && Number(used) < (before ?? 0))
    .map(({ id }) => ({ kind, id: String(id) }));
  const last = rows.at(-1)?.["seq"];
  return { found, last: last === undefined ? null : Number(last) };
}

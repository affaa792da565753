/**
 * The thread that holds the database, so that a slow disk never stops a flow. Requests that arrive while a
 * commit is being written are done together in the next one: one fsync for all who wait.
 */
import { parentPort, workerData } from "node:worker_threads";
import { SqliteDatabase } from "./sqlite-database.ts";
import type {
  OpenedMessage,
  ReplyMessage,
  RequestMessage,
  StoreReply,
  StoreRequest,
  WorkerSettings,
} from "./sqlite-protocol.ts";
import { StoreConflict } from "./store.ts";

const SQLITE_BUSY = 5;

/** What a disk can be cured of: BUSY, NOMEM, READONLY, IOERR, FULL, CANTOPEN. */
const PASSING = [SQLITE_BUSY, 7, 8, 10, 13, 14];

/** SQLite's error code without what says more about it; 0 for other errors. */
function errorCode(error: unknown): number {
  return error instanceof Error && "errcode" in error ? Number(error.errcode) & 0xff : 0;
}

if (!parentPort) throw new Error("The store's worker was started outside a worker thread.");
const port = parentPort;

function open({ file, compacting }: WorkerSettings): SqliteDatabase | null {
  try {
    const database = new SqliteDatabase(file, compacting);
    port.postMessage({ opened: true, uncompacted: database.uncompacted } satisfies OpenedMessage);
    return database;
  } catch (error) {
    const busy = errorCode(error) === SQLITE_BUSY;
    const reason = error instanceof Error ? error.message : String(error);
    port.postMessage({ opened: false, busy, reason } satisfies OpenedMessage);
    return null;
  }
}

function answer(database: SqliteDatabase, request: StoreRequest): StoreReply {
  try {
    if (request.method === "get") {
      const row = database.get(request.kind, request.id);
      return { rows: row ? [row] : [] };
    }
    if (request.method === "list") return { rows: database.list(request.kind, request.query) };
    if (request.method === "tally") {
      return { tally: database.tally(request.kind, request.where, request.column) };
    }
    if (request.method === "sweep") return { next: database.sweep(request.cutoffs, request.place) };
    if (request.method === "fileBytes") return { bytes: database.fileBytes() };
    if (request.method === "compact") return { more: database.compact() };
    if (request.method === "commit") database.apply(request.changes);
    return { rows: [] };
  } catch (error) {
    if (error instanceof StoreConflict) return { conflict: error.conflict };
    throw error;
  }
}

/** Does the requests in order in one transaction. Throws when SQLite cannot; then none of them has happened. */
function answerTogether(database: SqliteDatabase, requests: StoreRequest[]): StoreReply[] {
  const writes = requests.some(({ method }) => method === "commit" || method === "sweep");
  if (!writes) return requests.map((request) => answer(database, request));
  try {
    database.begin();
    const replies = requests.map((request) => answer(database, request));
    database.commit();
    return replies;
  } catch (error) {
    database.rollback();
    throw error;
  }
}

/** One by one after a failure, so that what one request cannot have does not fail the others. */
function answerAlone(database: SqliteDatabase, request: StoreRequest): StoreReply {
  try {
    return answerTogether(database, [request])[0] ?? { rows: [] };
  } catch (error) {
    const passing = PASSING.includes(errorCode(error));
    return { failure: error instanceof Error ? error.message : String(error), passing };
  }
}

function answerAll(database: SqliteDatabase, requests: StoreRequest[]): StoreReply[] {
  try {
    return answerTogether(database, requests);
  } catch {
    return requests.map((request) => answerAlone(database, request));
  }
}

const database = open(workerData satisfies WorkerSettings);
if (database) {
  let waiting: RequestMessage[] = [];
  const drain = () => {
    const batch = waiting;
    waiting = [];
    const replies = answerAll(
      database,
      batch.map((message) => message.request),
    );
    const closing = batch.some((message) => message.request.method === "close");
    if (closing) database.close();
    batch.forEach((message, index) => {
      const reply = replies[index] ?? { failure: "the worker gave no reply", passing: false };
      port.postMessage({ id: message.id, reply } satisfies ReplyMessage);
    });
    if (closing) port.close();
  };
  port.on("message", (message: RequestMessage) => {
    // After this turn of the event loop every message that has arrived by then is in the batch.
    if (waiting.push(message) === 1) setImmediate(drain);
  });
}

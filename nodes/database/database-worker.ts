/**
 * The thread that holds the nodes' database, so that a slow disk never stops a flow. Units of work that arrive
 * while a commit is being written are done together in the next one: one fsync for all who wait.
 */
import { DatabaseSync } from "node:sqlite";
import { parentPort, workerData } from "node:worker_threads";
import { prepareSchema } from "./schema.ts";
import type { DatabaseReply, DatabaseRequest, OpenedMessage, Row } from "./statements.ts";

if (!parentPort) throw new Error("The nodes' database was started outside a worker thread.");
const port = parentPort;

const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

function open(file: string): DatabaseSync | null {
  try {
    const database = new DatabaseSync(file);
    prepareSchema(database);
    port.postMessage({ opened: true } satisfies OpenedMessage);
    return database;
  } catch (error) {
    port.postMessage({ opened: false, reason: reasonOf(error) } satisfies OpenedMessage);
    return null;
  }
}

/** Does one unit of work inside the transaction under way; what it did before it failed is undone. */
function answer(database: DatabaseSync, { id, statements }: DatabaseRequest): DatabaseReply {
  database.exec("SAVEPOINT unit");
  try {
    let rows: Row[] = [];
    for (const { sql, values } of statements)
      rows = database
        .prepare(sql)
        .all(...values)
        .map(readable);
    database.exec("RELEASE unit");
    return { id, rows };
  } catch (error) {
    // SQLite has rolled back all by itself after some errors, a full disk among them.
    if (database.isTransaction) database.exec("ROLLBACK TO unit; RELEASE unit");
    return { id, failure: reasonOf(error) };
  }
}

/** The tables hold texts and whole numbers only. */
function readable(row: Record<string, unknown>): Row {
  const values = Object.entries(row).map(([name, value]) => {
    return [name, typeof value === "number" || value === null ? value : String(value)];
  });
  return Object.fromEntries(values);
}

/** All that have come, in one transaction. */
function answerAll(database: DatabaseSync, requests: DatabaseRequest[]): DatabaseReply[] {
  try {
    database.exec("BEGIN IMMEDIATE");
    const replies = requests.map((request) => answer(database, request));
    database.exec("COMMIT");
    return replies;
  } catch (error) {
    if (database.isTransaction) database.exec("ROLLBACK");
    return requests.map(({ id }) => ({ id, failure: reasonOf(error) }));
  }
}

const database = open(String(workerData));
if (database) {
  let waiting: DatabaseRequest[] = [];
  const drain = () => {
    const requests = waiting;
    waiting = [];
    for (const reply of answerAll(database, requests)) port.postMessage(reply);
  };
  port.on("message", (message: DatabaseRequest | "close") => {
    if (message === "close") {
      // What came before it has been answered: the drain that was asked for earlier runs earlier.
      setImmediate(() => {
        database.close();
        port.close();
      });
      return;
    }
    // After this turn of the event loop every message that has arrived by then is in the batch.
    if (waiting.push(message) === 1) setImmediate(drain);
  });
}

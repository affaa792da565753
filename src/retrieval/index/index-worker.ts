/** The thread that holds the index. It answers those who wait, and clears up when nobody asks. */
import { parentPort, workerData } from "node:worker_threads";
import type { Asked, Reply } from "../asked-worker.ts";
import { IndexDatabase } from "./index-database.ts";
import type { IndexReply, IndexRequest } from "./worker-index.ts";

if (!parentPort) throw new Error("The index's worker was started outside a worker thread.");
const port = parentPort;

/** Opened by the first question, which is told where that fails; the next one tries again. */
let database: IndexDatabase | null = null;

const READS: readonly IndexRequest["method"][] = ["search", "content", "entries"];

function answer(index: IndexDatabase, request: IndexRequest): IndexReply {
  switch (request.method) {
    case "put":
      index.put(request.part);
      return null;
    case "remove":
      index.remove(request.keys);
      return null;
    case "removeStore":
      index.removeStore(request.store);
      return null;
    case "setAttributes":
      index.setAttributes(request.key, request.attributes);
      return null;
    case "search":
      return { found: index.search(request.query) };
    case "content":
      return { texts: index.content(request.key) };
    case "entries":
      return { entries: index.entries(request.after, request.limit) };
    case "close":
      return null;
  }
}

/** What only reads is answered first, and what writes in one transaction: all who wait together wait for one. */
function answerAll(index: IndexDatabase, asked: readonly Asked<IndexRequest>[]): Reply<IndexReply>[] {
  const reading = asked.filter(({ request }) => READS.includes(request.method));
  const writing = asked.filter(({ request }) => !READS.includes(request.method));
  const replies = reading.map((one) => answerAlone(one, () => answer(index, one.request)));
  if (writing.length === 0) return replies;
  try {
    const written = index.together(() =>
      writing.map(({ id, request }) => ({ id, value: answer(index, request) })),
    );
    return [...replies, ...written];
  } catch {
    // One by one, so that what one cannot have does not fail the others.
    const alone = (one: Asked<IndexRequest>) => () => index.together(() => answer(index, one.request));
    return [...replies, ...writing.map((one) => answerAlone(one, alone(one)))];
  }
}

function answerAlone({ id }: Asked<IndexRequest>, work: () => IndexReply): Reply<IndexReply> {
  try {
    return { id, value: work() };
  } catch (error) {
    return { id, failure: failure(error) };
  }
}

const failure = (error: unknown) => ({ message: error instanceof Error ? error.message : String(error) });

let waiting: Asked<IndexRequest>[] = [];
let closed = false;

function work(): void {
  const asked = waiting.filter(({ request }) => request.method !== "close");
  const closing = waiting.filter(({ request }) => request.method === "close");
  waiting = [];
  try {
    database ??= new IndexDatabase(String(workerData));
    for (const reply of answerAll(database, asked)) port.postMessage(reply);
  } catch (error) {
    for (const { id } of asked) port.postMessage({ id, failure: failure(error) });
  }
  if (closing.length === 0) {
    clearLater();
    return;
  }
  closed = true;
  database?.close();
  for (const { id } of closing) port.postMessage({ id, value: null });
  port.close();
}

let clearing = false;

function clear(): void {
  clearing = false;
  const index = database;
  if (closed || !index) return;
  try {
    if (index.together(() => index.clearSome())) clearLater();
  } catch {
    // A disk that cannot is told to the next who asks; what is left is cleared away another time.
  }
}

function clearLater(): void {
  if (clearing) return;
  clearing = true;
  setImmediate(clear);
}

port.on("message", (asked: Asked<IndexRequest>) => {
  // After this turn of the event loop every question that has arrived by then is among those that wait.
  if (waiting.push(asked) === 1) setImmediate(work);
});

/** The thread that holds the index. It answers those who wait, and clears up when nobody asks. */
import { parentPort, workerData } from "node:worker_threads";
import type { Asked, Reply } from "../asked-worker.ts";
import { discard, IndexDatabase, isBroken } from "./index-database.ts";
import { type IndexReply, type IndexRequest, RENEWED } from "./worker-index.ts";

if (!parentPort) throw new Error("The index's worker was started outside a worker thread.");
const port = parentPort;
const file = String(workerData);

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

type Say = (reply: Reply<IndexReply>) => void;

/** What only reads is answered first, and what writes in one transaction: all who wait together wait for one. */
function answerAll(index: IndexDatabase, asked: readonly Asked<IndexRequest>[], say: Say): void {
  const reading = asked.filter(({ request }) => READS.includes(request.method));
  const writing = asked.filter(({ request }) => !READS.includes(request.method));
  for (const { id, request } of reading) sayOrWhyNot(id, () => answer(index, request), say);
  if (writing.length === 0) return;
  try {
    const work = () => writing.map(({ id, request }) => ({ id, value: answer(index, request) }));
    for (const reply of index.together(work)) say(reply);
  } catch (error) {
    if (isBroken(error)) throw error;
    // One by one, so that what one cannot have does not fail the others.
    for (const { id, request } of writing) {
      sayOrWhyNot(id, () => index.together(() => answer(index, request)), say);
    }
  }
}

/** Throws where the file is broken: then nobody can be answered. */
function sayOrWhyNot(id: number, work: () => IndexReply, say: Say): void {
  try {
    say({ id, value: work() });
  } catch (error) {
    if (isBroken(error)) throw error;
    say({ id, failure: { message: messageOf(error) } });
  }
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

let waiting: Asked<IndexRequest>[] = [];
let closed = false;

function work(): void {
  const asked = new Map(waiting.map((one) => [one.id, one]));
  const closing = waiting.find(({ request }) => request.method === "close");
  waiting = [];
  try {
    database ??= new IndexDatabase(file);
    answerAll(database, [...asked.values()], (reply) => {
      port.postMessage(reply);
      asked.delete(reply.id);
    });
  } catch (error) {
    const failure = { message: messageOf(error) };
    const [first] = asked.keys();
    const isRenewed = isBroken(error);
    if (isRenewed) renew();
    for (const id of asked.keys()) {
      // Told once: whoever hears of it has everything read again.
      const code = isRenewed && id === first ? { code: RENEWED } : {};
      port.postMessage({ id, failure: { ...failure, ...code } });
    }
  }
  if (closing) {
    closed = true;
    database?.close();
    port.close();
  } else clearLater();
}

/** Gives up a file that is broken; what stood in it is to be read again. */
function renew(): void {
  database?.close();
  database = null;
  discard(file);
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

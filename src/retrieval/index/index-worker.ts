/** The thread that holds the index. It answers one question at a time, and clears up when nobody asks. */
import { parentPort, workerData } from "node:worker_threads";
import type { Asked, Reply } from "../asked-worker.ts";
import { IndexDatabase } from "./index-database.ts";
import type { IndexReply, IndexRequest } from "./worker-index.ts";

if (!parentPort) throw new Error("The index's worker was started outside a worker thread.");
const port = parentPort;

/** Opened by the first question, which is told where that fails; the next one tries again. */
let database: IndexDatabase | null = null;

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
      index.close();
      return null;
  }
}

let clearing = false;
let closed = false;

function clear(): void {
  clearing = false;
  if (closed || !database) return;
  try {
    if (database.clearSome()) clearLater();
  } catch {
    // A disk that cannot is told to the next who asks; what is left is cleared away another time.
  }
}

function clearLater(): void {
  if (clearing) return;
  clearing = true;
  setImmediate(clear);
}

port.on("message", ({ id, request }: Asked<IndexRequest>) => {
  let reply: Reply<IndexReply>;
  try {
    database ??= new IndexDatabase(String(workerData));
    reply = { id, value: answer(database, request) };
  } catch (error) {
    reply = { id, failure: { message: error instanceof Error ? error.message : String(error) } };
  }
  port.postMessage(reply);
  if (request.method === "close") {
    closed = true;
    port.close();
  } else clearLater();
});

/** The embedded service: the whole contract in this process, on one data directory. */
import { join } from "node:path";
import type { AssistantsApi, Method, StreamMethod } from "../contract/api.ts";
import { contractError } from "../contract/errors.ts";
import { beginningOfId, PART_PREFIX } from "../contract/ids.ts";
import { implementApi } from "../contract/implement.ts";
import { type AnswerName, operations, type StreamName } from "../contract/operations.ts";
import type { Model } from "../models/model.ts";
import { WorkerIndex } from "../retrieval/index/worker-index.ts";
import { FileReader } from "../retrieval/reading/file-reader.ts";
import { perform } from "./call.ts";
import { EventReader } from "./events/event-reader.ts";
import { publishingStore } from "./events/publishing-store.ts";
import { RunFeed } from "./events/run-feed.ts";
import { Expiry } from "./expiry.ts";
import { FileDisk } from "./files/file-disk.ts";
import { ImageFiles } from "./files/image-files.ts";
import { removeExpiredFiles } from "./files/remove-file.ts";
import { newModelObject } from "./objects.ts";
import type { ServiceContext } from "./operations/context.ts";
import { isLimited, keepFor, type RetentionSettings } from "./retention.ts";
import { Executor } from "./runs/executor.ts";
import { FileSearch } from "./runs/file-search.ts";
import { activeRuns } from "./runs/recovery.ts";
import { DEFAULT_RUN_LIMITS, type RunLimits } from "./runs/run-limits.ts";
import { databaseBytes } from "./store/database-bytes.ts";
import { openSqliteStore } from "./store/sqlite-store.ts";
import { expireUploads } from "./uploads/end-upload.ts";
import { Turns } from "./uploads/turns.ts";
import { forgetExpiredStores } from "./vector-stores/forget-expired.ts";
import { IndexInStep } from "./vector-stores/index-in-step.ts";
import { Indexer } from "./vector-stores/indexer.ts";
import { takeUpFiles } from "./vector-stores/take-up.ts";

export interface ServiceSettings {
  /** Where everything is kept; made if it is not there. It belongs to one process at a time. */
  directory: string;
  model: Model;
  limits?: Partial<RunLimits>;
  /** How long what nobody uses is kept; for ever unless given. */
  retention?: RetentionSettings;
  /** Told of what goes wrong where nobody asked. Default: the console's error output. */
  onError?(error: unknown): void;
}

export interface Service {
  api: AssistantsApi;
  /**
   * Has a run wait for its tool outputs until then, where it would expire sooner; what the contract itself has no
   * words for. A run that waits for none stays as it is.
   * @param until Unix seconds
   */
  waitUntil(runId: string, until: number): Promise<void>;
  /** Bytes that the data takes on the disk. */
  size(): Promise<number>;
  /**
   * Stops the models and lets go of the directory. Runs under way go on at the next start; their streams end with
   * `service_closed`.
   */
  close(): Promise<void>;
}

/** The index's name in a data directory. It can be made anew from the files. */
const INDEX_FILE = "search.db";

const now = () => Math.floor(Date.now() / 1000);

/**
 * Opens a data directory, takes up the runs that were left there, and sweeps away the bytes of no file.
 * Rejects with `data_directory_in_use` or `data_directory_unusable`.
 */
export async function openService(settings: ServiceSettings): Promise<Service> {
  const feed = new RunFeed();
  const keeping = settings.retention ?? {};
  const onError = settings.onError ?? console.error;
  const database = await openSqliteStore(
    settings.directory,
    (error) => feed.close(error),
    isLimited(keeping) ? onError : null,
  );
  const store = publishingStore(database, feed);
  const limits = { ...DEFAULT_RUN_LIMITS, ...settings.limits };
  const isPart = (id: string) => id.startsWith(beginningOfId(PART_PREFIX));
  const isKept = async (id: string) => (await store.get(isPart(id) ? "upload_part" : "file", id)) !== null;
  const disk = new FileDisk({ directory: settings.directory, isKept, onError });
  const indexFile = join(settings.directory, INDEX_FILE);
  const index = new WorkerIndex(indexFile, () => inStep.begin());
  const pathOf = (id: string) => disk.pathOf(id);
  const onOutOfStep = () => inStep.begin();
  const indexer = new Indexer({ store, index, reader: new FileReader(), pathOf, onOutOfStep, onError });
  const inStep = new IndexInStep({ store, index, indexer, now, onError });
  const contextWindow = settings.model.contextWindow ?? null;
  const search = new FileSearch({ store, index, indexer, contextWindow, now, onError });
  const images = new ImageFiles({ store, disk, now });
  const executor = new Executor({ store, feed, model: settings.model, search, images, limits, now, onError });
  const uploadTurns = new Turns();
  const removeExpired = async (signal: AbortSignal) => {
    await removeExpiredFiles({ store, disk, indexer }, now(), signal);
    await expireUploads({ store, disk, turns: uploadTurns }, now(), signal);
    await forgetExpiredStores({ store, indexer, inStep }, now(), signal);
  };
  const expiry = new Expiry(removeExpired, onError);
  const retention = keepFor({ store: database, settings: keeping, now, onError });
  const close = async () => {
    await retention.close();
    feed.close(contractError("service_closed"));
    await Promise.all([executor.close(), expiry.close(), disk.close(), indexer.close(), inStep.close()]);
    await index.close();
    await store.close();
  };
  try {
    // Before the runs, which wait for their threads' files.
    await takeUpFiles(store, indexer);
    for (const runId of await activeRuns(store)) executor.takeUp(runId);
  } catch (error) {
    await close();
    throw error;
  }
  const listed = settings.model.name === undefined ? [] : [newModelObject(settings.model.name, now())];
  disk.sweep();
  inStep.begin();
  const context: ServiceContext = {
    store,
    disk,
    uploadTurns,
    index,
    indexer,
    inStep,
    executor,
    models: listed,
    now,
    limits,
  };
  const api = implementApi(
    (name) => operation(context, name),
    (name) => stream(context, feed, name),
  );
  return {
    api,
    waitUntil: (runId, until) => executor.waitUntil(runId, until),
    size: async () => (await database.size()) + (await databaseBytes(indexFile)),
    close,
  };
}

function operation<Name extends AnswerName>(context: ServiceContext, name: Name): Method<Name> {
  return async (parameters, options) => {
    if (options?.signal?.aborted) throw contractError("call_aborted");
    const call = { ...context, signal: options?.signal, follow: () => {} };
    return perform(call, name, name, parameters);
  };
}

/** The operation that answers once, with a reader that follows its run. */
function stream<Name extends StreamName>(
  context: ServiceContext,
  feed: RunFeed,
  name: Name,
): StreamMethod<Name> {
  const { streams } = operations[name];
  return (parameters, options) => {
    const signal = options?.signal;
    const begin = (reader: EventReader) =>
      perform(
        { ...context, signal, follow: (run, include) => feed.follow(run, reader, include) },
        streams,
        name,
        parameters,
      );
    return new EventReader(begin, signal);
  };
}

import type { Run } from "../../../src/contract/objects.ts";
import type { Model } from "../../../src/models/model.ts";
import { RunFeed } from "../../../src/service/events/run-feed.ts";
import { FileDisk } from "../../../src/service/files/file-disk.ts";
import { ImageFiles } from "../../../src/service/files/image-files.ts";
import { Executor } from "../../../src/service/runs/executor.ts";
import { DEFAULT_RUN_LIMITS } from "../../../src/service/runs/run-limits.ts";
import type { Store } from "../../../src/service/store/store.ts";
import { insertRun, insertThread, sampleRun, sampleThread } from "../sample-objects.ts";
import type { OpenStore } from "../store/open-store.ts";

/** An executor on a store where something happens just before a run opens its message. */
export async function executorWhoseMessageOpens(
  open: OpenStore,
  model: Model,
  meanwhile: (run: Run) => Promise<unknown>,
) {
  const thread = sampleThread();
  const run = sampleRun({ thread_id: thread.id });
  await open.store.commit([insertThread(thread), insertRun(run)]);
  const opened = Promise.withResolvers<void>();
  const store: Store = {
    get: (kind, id) => open.store.get(kind, id),
    list: (kind, query) => open.store.list(kind, query),
    tally: (kind, where, column) => open.store.tally(kind, where, column),
    close: () => open.store.close(),
    async commit(changes) {
      const opens = changes.some(
        (change) =>
          "insert" in change && change.insert === "message" && change.object.status === "in_progress",
      );
      if (opens) await meanwhile(run);
      await open.store.commit(changes).finally(() => opens && opened.resolve());
    },
  };
  const reported: unknown[] = [];
  const now = () => Math.floor(Date.now() / 1000);
  const onError = (error: unknown) => reported.push(error);
  const disk = new FileDisk({ directory: open.directory, isKept: async () => true, onError });
  const executor = new Executor({
    search: { prepare: async () => {}, perform: async () => new Map() },
    store,
    feed: new RunFeed(),
    model,
    images: new ImageFiles({ store, disk, now }),
    limits: DEFAULT_RUN_LIMITS,
    now,
    onError,
  });
  return { executor, opened: opened.promise, run, reported };
}

import type { Store } from "../store/store.ts";
import type { RunFeed } from "./run-feed.ts";

/** The same store; the feed is told of every unit of work as soon as it is durable. */
export function publishingStore(store: Store, feed: RunFeed): Store {
  return {
    get: (kind, id) => store.get(kind, id),
    list: (kind, query) => store.list(kind, query),
    tally: (kind, where, column) => store.tally(kind, where, column),
    commit: async (changes) => {
      await store.commit(changes);
      feed.publish(changes);
    },
    close: () => store.close(),
  };
}

import assert from "node:assert/strict";
import type { StreamEvent } from "../../../src/contract/events.ts";
import { EventReader } from "../../../src/service/events/event-reader.ts";
import { publishingStore } from "../../../src/service/events/publishing-store.ts";
import { RunFeed } from "../../../src/service/events/run-feed.ts";
import type { Store } from "../../../src/service/store/store.ts";
import { insertRun, sampleRun } from "../sample-objects.ts";

/** A store whose commits the test settles, and what a reader of the run has heard. */
function followed() {
  const commit = Promise.withResolvers<void>();
  const store: Store = {
    get: async () => null,
    list: async () => [],
    tally: async () => ({}),
    commit: () => commit.promise,
    close: async () => {},
  };
  const run = sampleRun();
  const feed = new RunFeed();
  const heard: StreamEvent["event"][] = [];
  const reader = new EventReader(async () => {});
  reader.push = ({ event }) => heard.push(event);
  feed.follow(run, reader);
  return { commit, heard, committed: publishingStore(store, feed).commit([insertRun(run)]) };
}

describe("a store that publishes", () => {
  it("tells nobody of what is not durable yet, and then at once", async () => {
    const { commit, heard, committed } = followed();
    await new Promise(setImmediate);
    assert.deepEqual(heard, []);
    commit.resolve();
    await committed;
    assert.deepEqual(heard, ["thread.run.created", "thread.run.queued"]);
  });

  it("never tells of what was refused", async () => {
    const { commit, heard, committed } = followed();
    const refusal = new Error("refused");
    commit.reject(refusal);
    await assert.rejects(committed, refusal);
    assert.deepEqual(heard, []);
  });
});

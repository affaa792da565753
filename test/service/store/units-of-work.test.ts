/** A unit of work: all or nothing, and only while what it stands on is true. */
import assert from "node:assert/strict";
import type { RunStatus } from "../../../src/contract/objects.ts";
import type { Change, ConflictReason, Store } from "../../../src/service/store/store.ts";
import { StoreConflict } from "../../../src/service/store/store.ts";
import {
  insertAssistant,
  insertMessage,
  insertRun,
  insertStep,
  insertThread,
  NEW_INTERNAL,
  sampleAssistant,
  sampleCallsStep,
  sampleMessage,
  sampleRun,
  sampleThread,
} from "../sample-objects.ts";
import { type OpenStore, openStore } from "./open-store.ts";

const ACTIVE: RunStatus[] = ["queued", "in_progress", "requires_action", "cancelling"];
const TERMINAL: RunStatus[] = ["cancelled", "failed", "completed", "incomplete", "expired"];

describe("a unit of work", () => {
  let open: OpenStore;
  let store: Store;

  before(async () => {
    open = await openStore();
    store = open.store;
  });
  after(() => open[Symbol.asyncDispose]());

  const isThere = async (id: string) => (await store.get("thread", id)) !== null;

  /** Asserts that the change is refused for this reason, and that what stood before it in its unit is undone. */
  async function assertRefused(change: Change, conflict: ConflictReason): Promise<void> {
    const thread = sampleThread();
    await assert.rejects(store.commit([insertThread(thread), change]), (error) => {
      assert.ok(error instanceof StoreConflict);
      assert.deepEqual(error.conflict, conflict);
      return true;
    });
    assert.equal(await isThere(thread.id), false);
  }

  it("stores every object as it is, with what the service keeps for itself", async () => {
    const run = sampleRun({ metadata: { clé: "値" } });
    const internal = { ...NEW_INTERNAL, interruptions: 2 };
    await store.commit([{ insert: "run", object: run, internal }]);
    assert.deepEqual(await store.get("run", run.id), { object: run, internal, version: 1 });
  });

  it("inserts nothing where somebody else has inserted it already", async () => {
    const [thread, other] = [sampleThread(), sampleThread()];
    await store.commit([insertThread(thread)]);
    await assert.rejects(store.commit([insertThread(other), insertThread(thread)]), (error) => {
      assert.ok(error instanceof StoreConflict);
      assert.deepEqual(error.conflict, { reason: "version", kind: "thread", id: thread.id });
      return true;
    });
    assert.deepEqual([await isThere(thread.id), await isThere(other.id)], [true, false]);
  });

  it("gives null for an object that is not there", async () => {
    assert.equal(await store.get("run", "run_nowhere"), null);
  });

  it("stores all of its changes", async () => {
    const [first, second] = [sampleThread(), sampleThread()];
    await store.commit([insertThread(first), insertThread(second)]);
    assert.deepEqual([await isThere(first.id), await isThere(second.id)], [true, true]);
  });

  it("may be empty", async () => {
    await store.commit([]);
  });

  it("replaces an object whose version is still the one given, and counts it up", async () => {
    const assistant = sampleAssistant("old");
    await store.commit([insertAssistant(assistant)]);
    const object = { ...assistant, name: "new" };
    const from = { object: assistant, version: 1 };
    await store.commit([{ replace: "assistant", from, object, internal: null }]);
    assert.deepEqual(await store.get("assistant", assistant.id), { object, internal: null, version: 2 });
  });

  it("is refused where the object has changed since", async () => {
    const object = sampleAssistant();
    await store.commit([insertAssistant(object)]);
    await store.commit([{ replace: "assistant", from: { object, version: 1 }, object, internal: null }]);
    await assertRefused(
      { replace: "assistant", from: { object, version: 1 }, object, internal: null },
      { reason: "version", kind: "assistant", id: object.id },
    );
  });

  it("lets one of two writers through who both replace the same version", async () => {
    const assistant = sampleAssistant();
    await store.commit([insertAssistant(assistant)]);
    const from = { object: assistant, version: 1 };
    const write = (name: string) =>
      store.commit([{ replace: "assistant", from, object: { ...assistant, name }, internal: null }]);
    const results = await Promise.allSettled([write("first"), write("second")]);
    assert.deepEqual(
      results.map((result) => result.status),
      ["fulfilled", "rejected"],
    );
    assert.equal((await store.get("assistant", assistant.id))?.object.name, "first");
  });

  it("does not fail the others that are written with it", async () => {
    const [before, after] = [sampleThread(), sampleThread()];
    const results = await Promise.allSettled([
      store.commit([insertThread(before)]),
      store.commit([{ delete: "thread", id: "thread_nowhere" }]),
      store.commit([insertThread(after)]),
    ]);
    assert.deepEqual(
      results.map((result) => result.status),
      ["fulfilled", "rejected", "fulfilled"],
    );
    assert.deepEqual([await isThere(before.id), await isThere(after.id)], [true, true]);
  });

  it("does not fail the others when the database itself refuses it", async () => {
    const [before, after] = [sampleThread(), sampleThread()];
    const results = await Promise.allSettled([
      store.commit([insertThread(before)]),
      store.commit([insertThread(before)]),
      store.commit([insertThread(after)]),
    ]);
    assert.deepEqual(
      results.map((result) => result.status),
      ["fulfilled", "rejected", "fulfilled"],
    );
    assert.deepEqual([await isThere(before.id), await isThere(after.id)], [true, true]);
  });

  it("is refused where what it replaces is not there", async () => {
    const object = sampleAssistant();
    await assertRefused(
      { replace: "assistant", from: { object, version: 1 }, object, internal: null },
      { reason: "missing", kind: "assistant", id: object.id },
    );
  });

  it("is refused where what it deletes is not there", async () => {
    await assertRefused(
      { delete: "thread", id: "thread_nowhere" },
      { reason: "missing", kind: "thread", id: "thread_nowhere" },
    );
  });

  it("is refused where what it expects is not there", async () => {
    await assertRefused(
      { expect: "thread", id: "thread_nowhere" },
      { reason: "missing", kind: "thread", id: "thread_nowhere" },
    );
  });

  it("goes through where what it expects is there", async () => {
    const [expected, thread] = [sampleThread(), sampleThread()];
    await store.commit([insertThread(expected)]);
    await store.commit([{ expect: "thread", id: expected.id }, insertThread(thread)]);
    assert.equal(await isThere(thread.id), true);
  });

  for (const status of ACTIVE) {
    it(`is refused on a thread that should be idle and has a run that is ${status}`, async () => {
      const run = sampleRun({ status });
      await store.commit([insertRun(run)]);
      const busy = { reason: "busy", thread_id: run.thread_id, run_id: run.id } as const;
      await assertRefused({ idle: run.thread_id }, busy);
    });

    it(`cannot give a thread with a run that is ${status} a second one, though it does not ask`, async () => {
      const run = sampleRun({ status });
      await store.commit([insertRun(run)]);
      const second = sampleRun({ thread_id: run.thread_id });
      await assert.rejects(store.commit([insertRun(second)]));
      assert.equal(await store.get("run", second.id), null);
    });
  }

  for (const status of TERMINAL) {
    it(`goes through on a thread that should be idle and has a run that is ${status}`, async () => {
      const run = sampleRun({ status });
      await store.commit([insertRun(run)]);
      const second = sampleRun({ thread_id: run.thread_id });
      await store.commit([{ idle: run.thread_id }, insertRun(second)]);
      assert.equal((await store.get("run", second.id))?.object.id, second.id);
    });
  }

  it("frees the thread with the state of its run", async () => {
    const run = sampleRun();
    await store.commit([insertRun(run)]);
    const object = { ...run, status: "completed" } as const;
    await store.commit([
      { replace: "run", from: { object: run, version: 1 }, object, internal: NEW_INTERNAL },
    ]);
    await store.commit([{ idle: run.thread_id }]);
  });

  it("deletes with a thread all that is in it, and nothing of another", async () => {
    const [thread, other] = [sampleThread(), sampleThread()];
    const inThread = (thread_id: string) => {
      const run = sampleRun({ thread_id });
      return { run, step: sampleCallsStep(run, ["call_1"]), message: sampleMessage(thread_id) };
    };
    const [gone, kept] = [inThread(thread.id), inThread(other.id)];
    for (const { run, step, message } of [gone, kept]) {
      await store.commit([insertRun(run), insertStep(step), insertMessage(message)]);
    }
    await store.commit([insertThread(thread), insertThread(other)]);
    await store.commit([{ delete: "thread", id: thread.id }]);
    const left = async ({ run, step, message }: typeof gone) =>
      Promise.all([
        store.get("run", run.id),
        store.get("run_step", step.id),
        store.get("message", message.id),
      ]);
    assert.deepEqual(await left(gone), [null, null, null]);
    assert.ok((await left(kept)).every((stored) => stored !== null));
  });

  it("undoes a delete with all that went along when a later change is refused", async () => {
    const thread = sampleThread();
    const message = sampleMessage(thread.id);
    await store.commit([insertThread(thread), insertMessage(message)]);
    await assertRefused(
      { delete: "thread", id: "thread_nowhere" },
      { reason: "missing", kind: "thread", id: "thread_nowhere" },
    );
    await assert.rejects(
      store.commit([
        { delete: "thread", id: thread.id },
        { expect: "thread", id: thread.id },
      ]),
    );
    assert.notEqual(await store.get("message", message.id), null);
  });
});

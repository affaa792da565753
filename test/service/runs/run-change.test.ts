/** A change of a run, its step and its message as one unit of work, on a real store. */
import assert from "node:assert/strict";
import { emptyAnswer } from "../../../src/service/runs/model-answer.ts";
import { changeRun, loadRunState } from "../../../src/service/runs/run-change.ts";
import type { Store } from "../../../src/service/store/store.ts";
import {
  insertMessage,
  insertRun,
  insertStep,
  MADE_AT,
  NEW_INTERNAL,
  NO_USAGE,
  sampleMessage,
  sampleMessageStep,
  sampleRun,
} from "../sample-objects.ts";
import { type OpenStore, openStore } from "../store/open-store.ts";

const now = () => MADE_AT + 60;
const fail = { name: "fail", error: { code: "server_error", message: "No." }, usage: NO_USAGE } as const;

describe("a change of a run", () => {
  let open: OpenStore;
  let store: Store;

  before(async () => {
    open = await openStore();
    store = open.store;
  });
  after(() => open[Symbol.asyncDispose]());

  /** A stored run in progress, with an open message and its step. */
  async function runWithOpenMessage() {
    const run = sampleRun({ status: "in_progress" });
    const message = sampleMessage(run.thread_id, { status: "in_progress", content: [], run_id: run.id });
    const step = sampleMessageStep(run, message);
    await store.commit([insertRun(run), insertMessage(message), insertStep(step)]);
    return { run, message, step };
  }

  it("sees the run with the step and the message that are open", async () => {
    const { run, message, step } = await runWithOpenMessage();
    const state = await loadRunState(store, run.id);
    assert.deepEqual([state?.run.object, state?.message?.object, state?.step?.object], [run, message, step]);
  });

  it("sees no step and no message that have ended", async () => {
    const { run } = await runWithOpenMessage();
    await changeRun(store, run.id, now, () => ({ event: fail }));
    const state = await loadRunState(store, run.id);
    assert.deepEqual([state?.message, state?.step], [null, null]);
  });

  it("ends all three together, with what was said and used", async () => {
    const { run, message, step } = await runWithOpenMessage();
    const usage = { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 };
    const answer = { ...emptyAnswer(), text: "Half a", usage };
    const changed = await changeRun(store, run.id, now, () => ({ event: fail, answer }));
    assert.equal(changed?.status, "failed");
    assert.deepEqual((await store.get("run", run.id))?.object, changed);
    const { status, content } = (await store.get("message", message.id))?.object ?? {};
    const said = [{ type: "text", text: { value: "Half a", annotations: [] } }];
    assert.deepEqual([status, content], ["incomplete", said]);
    const closed = (await store.get("run_step", step.id))?.object;
    assert.deepEqual([closed?.status, closed?.usage], ["failed", usage]);
  });

  it("lets go of what the model kept when the run ends, not before", async () => {
    const run = sampleRun({ status: "in_progress" });
    const internal = { ...NEW_INTERNAL, kept: [{ step_id: "step_1", position: 0, data: "sealed" }] };
    await store.commit([{ insert: "run", object: run, internal }]);
    await changeRun(store, run.id, now, () => ({ event: null }));
    assert.deepEqual((await store.get("run", run.id))?.internal, internal);
    await changeRun(store, run.id, now, () => ({ event: fail }));
    assert.deepEqual((await store.get("run", run.id))?.internal, { ...NEW_INTERNAL, ended_at: now() });
  });

  it("is decided anew on the present state when somebody else was faster", async () => {
    const run = sampleRun();
    await store.commit([insertRun(run)]);
    let overtaken = false;
    const slower: Store = {
      get: (kind, id) => store.get(kind, id),
      list: (kind, query) => store.list(kind, query),
      tally: (kind, where, column) => store.tally(kind, where, column),
      close: () => store.close(),
      async commit(changes) {
        if (!overtaken) await changeRun(store, run.id, now, () => ({ event: { name: "cancel" } }));
        overtaken = true;
        await store.commit(changes);
      },
    };
    const seen: string[] = [];
    const changed = await changeRun(slower, run.id, now, ({ run: { object } }) => {
      seen.push(object.status);
      return object.status === "queued" ? { event: { name: "start" } } : null;
    });
    assert.deepEqual(seen, ["queued", "cancelling"]);
    assert.deepEqual([changed?.status, changed?.started_at], ["cancelling", null]);
  });

  it("gives the run as it stands where nothing is to happen, and writes nothing", async () => {
    const { run } = await runWithOpenMessage();
    assert.deepEqual(await changeRun(store, run.id, now, () => null), run);
    assert.equal((await store.get("run", run.id))?.version, 1);
  });

  it("keeps the state of the run where only what the service keeps for itself is new", async () => {
    const { run } = await runWithOpenMessage();
    const internal = { ...NEW_INTERNAL, interruptions: 1 };
    await changeRun(store, run.id, now, () => ({ event: null, internal }));
    assert.deepEqual(await store.get("run", run.id), { object: run, internal, version: 2 });
  });

  it("gives null for a run that is not there", async () => {
    assert.equal(await changeRun(store, "run_nowhere", now, () => assert.fail()), null);
  });

  it("changes nothing when the decision throws", async () => {
    const { run } = await runWithOpenMessage();
    const refused = changeRun(store, run.id, now, () => {
      throw new Error("Not now.");
    });
    await assert.rejects(refused, /Not now/);
    assert.equal((await store.get("run", run.id))?.version, 1);
  });
});

/** Runs led by the executor of a real service, from the queue to their end. */
import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { contractError } from "../../../src/contract/errors.ts";
import type { Run } from "../../../src/contract/objects.ts";
import type { Model } from "../../../src/models/model.ts";
import type { Change, Store } from "../../../src/service/store/store.ts";
import { calls, hangs, ScriptedModel, says } from "../../scripted-model.ts";
import {
  freshService,
  messagesOf,
  openCalls,
  startRun,
  stepsOf,
  textsOf,
  untilMessageIsOpen,
  untilRunEnds,
  untilRunIs,
} from "../running-service.ts";
import { openStore } from "../store/open-store.ts";
import { executorWhoseMessageOpens } from "./slow-opening.ts";

const ofRun = ({ id, thread_id }: Run) => ({ run_id: id, thread_id });

describe("a run that is answered", () => {
  it("completes with one message, one step and what it has used", async () => {
    await using service = await freshService(new ScriptedModel(says("It is ", "sunny.")));
    const run = await untilRunEnds(service.api, await startRun(service.api));
    assert.equal(run.status, "completed");
    assert.deepEqual(run.usage, { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 });
    assert.equal(run.expires_at, null);
    assert.deepEqual(textsOf(await messagesOf(service.api, run)), ["It is sunny."]);
    const steps = await stepsOf(service.api, run);
    assert.deepEqual(
      steps.map(({ type, status }) => [type, status]),
      [["message_creation", "completed"]],
    );
  });

  it("shows its message as begun while the model speaks", async () => {
    const model = hangs("It is");
    await using service = await freshService(new ScriptedModel(model.script));
    const run = await startRun(service.api);
    await untilMessageIsOpen(service.api, run);
    const [message] = await messagesOf(service.api, run);
    assert.deepEqual([message?.status, message?.content, message?.completed_at], ["in_progress", [], null]);
    const [step] = await stepsOf(service.api, run);
    assert.deepEqual([step?.type, step?.status], ["message_creation", "in_progress"]);
  });

  it("goes through its calls and completes when their outputs have come", async () => {
    await using service = await freshService(
      new ScriptedModel(calls({ name: "get_weather" }), says("Sunny.")),
    );
    const { api } = service;
    const waiting = await untilRunIs(api, await startRun(api), "requires_action");
    const [tool_call_id = ""] = openCalls(waiting);
    const queued = await api.submitToolOutputsToRun({
      ...ofRun(waiting),
      tool_outputs: [{ tool_call_id, output: "sunny" }],
    });
    assert.deepEqual([queued.status, queued.required_action], ["queued", null]);
    const run = await untilRunEnds(api, waiting);
    assert.deepEqual(
      (await stepsOf(api, run)).map(({ type, status }) => [type, status]),
      [
        ["tool_calls", "completed"],
        ["message_creation", "completed"],
      ],
    );
    assert.equal(run.usage?.total_tokens, 30);
  });
});

describe("a number of runs at once", () => {
  it("never makes more model calls at once than are allowed, and all complete", async () => {
    let now = 0;
    let most = 0;
    const model: Model = {
      async *generate() {
        now += 1;
        most = Math.max(most, now);
        await new Promise((resolve) => setTimeout(resolve, 30));
        now -= 1;
        yield { type: "text_delta", text: "Done." };
        yield { type: "finish", reason: "stop" };
      },
    };
    await using service = await freshService(model, { concurrentRuns: 2 });
    const started = await Promise.all(Array.from({ length: 5 }, () => startRun(service.api)));
    const ended = await Promise.all(started.map((run) => untilRunEnds(service.api, run)));
    assert.deepEqual(
      ended.map((run) => run.status),
      Array(5).fill("completed"),
    );
    assert.equal(most, 2);
  });

  it("does not count a run that waits for tool outputs", async () => {
    const model = new ScriptedModel(calls({ name: "get_weather" }), says("Sunny."));
    await using service = await freshService(model, { concurrentRuns: 1 });
    await untilRunIs(service.api, await startRun(service.api), "requires_action");
    const second = await untilRunEnds(service.api, await startRun(service.api));
    assert.equal(second.status, "completed");
  });

  it("takes up the next one when one is cancelled", async () => {
    const first = hangs();
    const model = new ScriptedModel(first.script, says("Done."));
    await using service = await freshService(model, { concurrentRuns: 1 });
    const hanging = await startRun(service.api);
    await first.started;
    const waiting = await startRun(service.api);
    await service.api.cancelRun(ofRun(hanging));
    assert.equal((await untilRunEnds(service.api, waiting)).status, "completed");
  });
});

describe("a run whose model is faster than the disk", () => {
  it("completes with one message, though the answer was there before the message was open", async () => {
    await using open = await openStore();
    const said = Promise.withResolvers<void>();
    const fast: Model = {
      async *generate() {
        try {
          yield { type: "text_delta", text: "Sunny." };
          yield { type: "finish", reason: "stop" };
        } finally {
          said.resolve();
        }
      },
    };
    const { executor, opened, run } = await executorWhoseMessageOpens(open, fast, async () => {
      await said.promise;
      // Long enough for a conclusion that does not wait: it reads once and writes once.
      for (let turn = 0; turn < 5; turn += 1) await open.store.get("run", run.id);
    });
    executor.enqueue(run);
    while ((await open.store.get("run", run.id))?.object.status !== "completed") await setImmediate();
    await opened;
    await executor.close();
    const messages = await open.store.list("message", { order: "asc", limit: 10 });
    assert.deepEqual(
      messages.map(({ object }) => object.status),
      ["completed"],
    );
  });
});

describe("a run whose message cannot be opened", () => {
  /** The run, its messages and its steps at the end, where the store refuses to open its message `refusals` times. */
  async function ending(refusals: Error[]) {
    await using open = await openStore();
    const { executor, run, reported } = await executorWhoseMessageOpens(
      open,
      new ScriptedModel(says("It is ", "sunny.")),
      async () => {
        const refusal = refusals.shift();
        if (refusal) throw refusal;
      },
    );
    executor.enqueue(run);
    let stored = await open.store.get("run", run.id);
    while (stored?.object.failed_at === null && stored.object.completed_at === null) {
      await setImmediate();
      stored = await open.store.get("run", run.id);
    }
    await executor.close();
    const all = { order: "asc", limit: 10 } as const;
    const messages = (await open.store.list("message", all)).map(({ object }) => object);
    const steps = (await open.store.list("run_step", all)).map(({ object }) => object);
    return { run: stored?.object, messages, steps, reported };
  }

  it("opens it again when the disk refused, and loses nothing", async () => {
    const { run, messages, steps } = await ending([contractError("store_unavailable", { reason: "full" })]);
    assert.equal(run?.status, "completed");
    assert.deepEqual(textsOf(messages), ["It is sunny."]);
    assert.deepEqual(
      steps.map((step) => [step.type, step.status]),
      [["message_creation", "completed"]],
    );
  });

  it("opens it again as often as the disk refuses", async () => {
    const full = () => contractError("store_unavailable", { reason: "full" });
    const { run, messages, reported } = await ending([full(), full()]);
    assert.deepEqual([run?.status, textsOf(messages), reported.length], ["completed", ["It is sunny."], 1]);
  });

  it("fails when the store refuses for another reason, which is reported", async () => {
    const fault = () =>
      contractError("internal_error", {}, { cause: new Error("NOT NULL constraint failed") });
    const second = fault();
    const { run, reported } = await ending([fault(), second]);
    assert.deepEqual([run?.status, run?.last_error?.code], ["failed", "server_error"]);
    assert.deepEqual(reported, [second]);
  });
});

describe("a run whose answer cannot be written down", () => {
  it("fails with the text that was told, which its message keeps", async () => {
    await using open = await openStore();
    const fault = contractError("internal_error", {}, { cause: new Error("NOT NULL constraint failed") });
    const faulty: Store = {
      get: (kind, id) => open.store.get(kind, id),
      list: (kind, query) => open.store.list(kind, query),
      tally: (kind, where, column) => open.store.tally(kind, where, column),
      close: () => open.store.close(),
      commit: async (changes) => {
        const completes = (change: Change) =>
          "replace" in change && change.replace === "run" && change.object.status === "completed";
        if (changes.some(completes)) throw fault;
        await open.store.commit(changes);
      },
    };
    const { executor, run, reported } = await executorWhoseMessageOpens(
      { ...open, store: faulty },
      new ScriptedModel(says("It is ", "sunny.")),
      async () => {},
    );
    executor.enqueue(run);
    while ((await open.store.get("run", run.id))?.object.status !== "failed") await setImmediate();
    await executor.close();
    const messages = await open.store.list("message", { order: "asc", limit: 10 });
    assert.deepEqual(textsOf(messages.map(({ object }) => object)), ["It is sunny."]);
    assert.deepEqual(reported, [fault]);
  });
});

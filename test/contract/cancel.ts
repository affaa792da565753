import assert from "node:assert/strict";
import { functionCallsOf } from "../function-calls.ts";
import { calls, hangs, type Script, says } from "../scripted-model.ts";
import { assertRejects } from "./rejections.ts";
import { atRest, inStatus, openCalls } from "./run-progress.ts";
import { functionTools, ModelsByName, type Subject } from "./subject.ts";

/** A model that does not hear that it is stopped: it goes on when it is released, and tells when it is through. */
function deaf() {
  const started = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  const through = Promise.withResolvers<void>();
  const script: Script = async function* (request, signal) {
    try {
      yield { type: "text_delta", text: "early" };
      started.resolve();
      await released.promise;
      yield* says("late")(request, signal);
    } finally {
      through.resolve();
    }
  };
  return { script, started: started.promise, release: released.resolve, through: through.promise };
}

const cutOff: Script = async function* () {
  yield { type: "finish", reason: "length" };
};

export function cancelSuite(subject: Subject): void {
  it("cancels a run in progress and stops its model", async () => {
    const { script, started, stopped } = hangs();
    const { thread_id, run } = await subject.scene([script]);
    const created = await run();
    await started;
    const running = await subject.api.getRun({ thread_id, run_id: created.id });
    const cancelling = await subject.api.cancelRun({ thread_id, run_id: created.id });
    assert.deepEqual(cancelling, { ...running, status: "cancelling" });
    await stopped;
    const { cancelled_at, ...ended } = await atRest(subject.api, created);
    const { cancelled_at: _, ...before } = running;
    const usage = { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 };
    assert.ok(cancelled_at !== null && cancelled_at >= created.created_at);
    assert.deepEqual(ended, { ...before, status: "cancelled", expires_at: null, usage });
  });

  it("keeps what was said before the cancel as an incomplete message", async () => {
    const { script, started } = hangs("It is ", "su");
    const { thread_id, run } = await subject.scene([script]);
    const { id: run_id } = await run();
    await started;
    await subject.api.cancelRun({ thread_id, run_id });
    await inStatus(subject.api, { thread_id, id: run_id }, "cancelled");
    const { data: messages } = await subject.api.listMessages({ thread_id, run_id });
    const { data: steps } = await subject.api.listRunSteps({ thread_id, run_id });
    assert.equal(messages.length, 1);
    assert.equal(messages[0]?.status, "incomplete");
    assert.deepEqual(messages[0]?.incomplete_details, { reason: "run_cancelled" });
    assert.ok(Number.isInteger(messages[0]?.incomplete_at));
    assert.equal(messages[0]?.completed_at, null);
    assert.deepEqual(messages[0]?.content, [{ type: "text", text: { value: "It is su", annotations: [] } }]);
    assert.deepEqual(
      steps.map((step) => [step.status, Number.isInteger(step.cancelled_at), step.completed_at]),
      [["cancelled", true, null]],
    );
  });

  it("cancels a run that waits for tool outputs, with its step", async () => {
    const { model, thread_id, run } = await subject.scene([calls({ name: "f" }), says("Done")], {
      tools: functionTools("f"),
    });
    const waiting = await atRest(subject.api, await run());
    const run_id = waiting.id;
    const cancelling = await subject.api.cancelRun({ thread_id, run_id });
    assert.deepEqual(cancelling, { ...waiting, status: "cancelling", required_action: null });
    const ended = await inStatus(subject.api, waiting, "cancelled");
    const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };
    assert.deepEqual(ended, {
      ...cancelling,
      status: "cancelled",
      cancelled_at: ended.cancelled_at,
      expires_at: null,
      usage,
    });
    const [step] = (await subject.api.listRunSteps({ thread_id, run_id })).data;
    assert.equal(step?.status, "cancelled");
    assert.equal(functionCallsOf(step.step_details)[0]?.function.output, null);
    assert.equal(model.requests.length, 1);
  });

  it("cancels a run between two rounds", async () => {
    const second = hangs();
    const { thread_id, run } = await subject.scene([calls({ name: "f" }), second.script], {
      tools: functionTools("f"),
    });
    const waiting = await atRest(subject.api, await run());
    const tool_outputs = openCalls(waiting).map((tool_call_id) => ({ tool_call_id, output: "1" }));
    await subject.api.submitToolOutputsToRun({ thread_id, run_id: waiting.id, tool_outputs });
    await second.started;
    await subject.api.cancelRun({ thread_id, run_id: waiting.id });
    const ended = await inStatus(subject.api, waiting, "cancelled");
    const [step] = (await subject.api.listRunSteps({ thread_id, run_id: waiting.id })).data;
    assert.equal(ended.usage?.total_tokens, 15);
    assert.equal(step?.status, "completed");
  });

  it("cancels a queued run, which never asks its model", async () => {
    const models = new ModelsByName();
    const { script, started } = hangs();
    const first = models.add(script);
    const second = models.add(says("Hi"));
    await using opened = await subject.implementation.open(models, { concurrentRuns: 1 });
    const { api } = opened;
    const [busy, idle] = await Promise.all(
      [first.name, second.name].map((model) => api.createAssistant({ model })),
    );
    assert.ok(busy && idle);
    const running = await api.createThreadAndRun({ assistant_id: busy.id });
    await started;
    const queued = await api.createThreadAndRun({ assistant_id: idle.id });
    const { thread_id, id: run_id } = queued;
    const cancelling = await api.cancelRun({ thread_id, run_id });
    assert.deepEqual(cancelling, { ...queued, status: "cancelling" });
    const ended = await inStatus(api, queued, "cancelled");
    assert.deepEqual([ended.started_at, ended.expires_at], [null, null]);
    await api.cancelRun({ thread_id: running.thread_id, run_id: running.id });
    await inStatus(api, running, "cancelled");
    assert.deepEqual(second.model.requests, []);
    assert.deepEqual(await api.getRun({ thread_id, run_id }), ended);
  });

  it("never lets a late answer change a cancelled run", async () => {
    const { script, started, release, through } = deaf();
    const { thread_id, run } = await subject.scene([script]);
    const { id: run_id } = await run();
    await started;
    await subject.api.cancelRun({ thread_id, run_id });
    const ended = await inStatus(subject.api, { thread_id, id: run_id }, "cancelled");
    const { data: messages } = await subject.api.listMessages({ thread_id, run_id });
    release();
    await through;
    assert.deepEqual(await subject.api.getRun({ thread_id, run_id }), ended);
    assert.deepEqual((await subject.api.listMessages({ thread_id, run_id })).data, messages);
    assert.deepEqual(messages[0]?.content, [{ type: "text", text: { value: "early", annotations: [] } }]);
  });

  const ends = {
    completed: { script: says("Hi"), cancel: false },
    failed: { script: calls({ name: "x" }), cancel: false },
    incomplete: { script: cutOff, cancel: false },
    cancelled: { script: calls({ name: "f" }), cancel: true },
  };
  for (const [status, { script, cancel }] of Object.entries(ends)) {
    it(`refuses to cancel a run that is ${status} and leaves it as it is`, async () => {
      const { thread_id, run } = await subject.scene([script], { tools: functionTools("f") });
      const { id: run_id } = await atRest(subject.api, await run());
      if (cancel) await subject.api.cancelRun({ thread_id, run_id });
      const ended = await atRest(subject.api, { thread_id, id: run_id });
      assert.equal(ended.status, status);
      await assertRejects(subject.api.cancelRun({ thread_id, run_id }), {
        code: "run_not_cancellable",
        message: `Cannot cancel run with status '${status}'.`,
      });
      assert.deepEqual(await subject.api.getRun({ thread_id, run_id }), ended);
    });
  }

  it("takes one of two cancels at once", async () => {
    const { script, started } = hangs();
    const { thread_id, run } = await subject.scene([script]);
    const { id: run_id } = await run();
    await started;
    const cancel = () => subject.api.cancelRun({ thread_id, run_id });
    const results = await Promise.allSettled([cancel(), cancel()]);
    assert.deepEqual(results.map((result) => result.status).sort(), ["fulfilled", "rejected"]);
    await inStatus(subject.api, { thread_id, id: run_id }, "cancelled");
  });
}

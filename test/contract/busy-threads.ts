import assert from "node:assert/strict";
import { calls, hangs, says } from "../scripted-model.ts";
import { assertRejects, errorOf } from "./rejections.ts";
import { atRest, inStatus } from "./run-progress.ts";
import { functionTools, ModelsByName, type Subject } from "./subject.ts";

/** A thread with an active run in each of the states that hold it. */
const holders = {
  in_progress: async (subject: Subject) => {
    const { script, started } = hangs();
    const scene = await subject.scene([script]);
    const run = await scene.run();
    await started;
    return { scene, run };
  },
  requires_action: async (subject: Subject) => {
    const scene = await subject.scene([calls({ name: "f" })], { tools: functionTools("f") });
    return { scene, run: await atRest(subject.api, await scene.run()) };
  },
};

export function busyThreadsSuite(subject: Subject): void {
  for (const [status, hold] of Object.entries(holders)) {
    it(`refuses a message while a run is ${status}`, async () => {
      const { scene, run } = await hold(subject);
      const { thread_id } = scene;
      await assertRejects(subject.api.createMessage({ thread_id, role: "user", content: "More" }), {
        code: "thread_locked",
        message: `Can't add messages to ${thread_id} while a run ${run.id} is active.`,
      });
      assert.equal((await subject.api.listMessages({ thread_id })).data.length, 1);
      await subject.api.cancelRun({ thread_id, run_id: run.id });
    });

    it(`refuses a second run, and its messages, while a run is ${status}`, async () => {
      const { scene, run } = await hold(subject);
      const { thread_id } = scene;
      await assertRejects(scene.run({ additional_messages: [{ role: "user", content: "More" }] }), {
        code: "thread_has_active_run",
        message: `Thread ${thread_id} already has an active run ${run.id}.`,
      });
      assert.equal((await subject.api.listMessages({ thread_id })).data.length, 1);
      assert.equal((await subject.api.listRuns({ thread_id })).data.length, 1);
      await subject.api.cancelRun({ thread_id, run_id: run.id });
    });
  }

  it("refuses a message and a second run while a run is queued", async () => {
    await using opened = await subject.implementation.open(new ModelsByName(), { concurrentRuns: 0 });
    const { api } = opened;
    const { id: assistant_id } = await api.createAssistant({ model: "m" });
    const { id, thread_id, status } = await api.createThreadAndRun({ assistant_id });
    assert.equal(status, "queued");
    await assertRejects(api.createMessage({ thread_id, role: "user", content: "More" }), {
      code: "thread_locked",
      message: `Can't add messages to ${thread_id} while a run ${id} is active.`,
    });
    await assertRejects(api.createRun({ thread_id, assistant_id }), {
      code: "thread_has_active_run",
      message: `Thread ${thread_id} already has an active run ${id}.`,
    });
  });

  it("lets one of many runs that begin at once have the thread", async () => {
    const { script } = hangs();
    const { thread_id, run } = await subject.scene([script]);
    const attempts = await Promise.allSettled(Array.from({ length: 10 }, () => run()));
    const begun = attempts.filter((attempt) => attempt.status === "fulfilled");
    const codes = await Promise.all(
      attempts
        .filter((attempt) => attempt.status === "rejected")
        .map(async ({ reason }) => (await errorOf(Promise.reject(reason))).code),
    );
    assert.equal(begun.length, 1);
    assert.deepEqual(codes, Array(9).fill("thread_has_active_run"));
    const { data } = await subject.api.listRuns({ thread_id });
    assert.deepEqual(
      data.map((listed) => listed.id),
      begun.map((attempt) => attempt.value.id),
    );
    await subject.api.cancelRun({ thread_id, run_id: data[0]?.id ?? "" });
  });

  it("gives the thread free when the run is cancelled", async () => {
    const { script, started } = hangs();
    const { thread_id, run } = await subject.scene([script, says("Hi")]);
    const first = await run();
    await started;
    await subject.api.cancelRun({ thread_id, run_id: first.id });
    await inStatus(subject.api, first, "cancelled");
    await subject.api.createMessage({ thread_id, role: "user", content: "More" });
    assert.equal((await atRest(subject.api, await run())).status, "completed");
  });

  it("keeps other threads free", async () => {
    const { scene, run } = await holders.in_progress(subject);
    const { run: otherRun } = await subject.scene();
    assert.equal((await atRest(subject.api, await otherRun())).status, "completed");
    await subject.api.cancelRun({ thread_id: scene.thread_id, run_id: run.id });
  });
}

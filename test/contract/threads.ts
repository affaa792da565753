import assert from "node:assert/strict";
import { hangs } from "../scripted-model.ts";
import { assertNotFound } from "./rejections.ts";
import { atRest } from "./run-progress.ts";
import type { Subject } from "./subject.ts";

export function threadsSuite(subject: Subject): void {
  it("creates an empty thread with the defaults of the contract", async () => {
    const earliest = Math.floor(Date.now() / 1000);
    const { id, created_at, ...rest } = await subject.api.createThread({});
    assert.match(id, /^thread_\w{24}$/);
    assert.ok(Number.isInteger(created_at) && created_at >= earliest && created_at <= Date.now() / 1000);
    assert.deepEqual(rest, { object: "thread", tool_resources: {}, metadata: {} });
    assert.deepEqual((await subject.api.listMessages({ thread_id: id })).data, []);
  });

  it("creates a thread with messages in the order given", async () => {
    const { id: thread_id, metadata } = await subject.api.createThread({
      messages: [
        { role: "user", content: "one" },
        { role: "assistant", content: "two" },
        { role: "user", content: [{ type: "text", text: "three" }], metadata: { a: "b" } },
      ],
      metadata: { user: "u1" },
    });
    const { data } = await subject.api.listMessages({ thread_id, order: "asc" });
    const texts = data.map(({ role, content, metadata }) => ({ role, content, metadata }));
    const text = (value: string) => [{ type: "text", text: { value, annotations: [] } }];
    assert.deepEqual(metadata, { user: "u1" });
    assert.deepEqual(texts, [
      { role: "user", content: text("one"), metadata: {} },
      { role: "assistant", content: text("two"), metadata: {} },
      { role: "user", content: text("three"), metadata: { a: "b" } },
    ]);
  });

  it("gets a thread as it was created", async () => {
    const created = await subject.api.createThread({ metadata: { a: "b" } });
    assert.deepEqual(await subject.api.getThread({ thread_id: created.id }), created);
  });

  it("updates a thread's metadata as a whole", async () => {
    const created = await subject.api.createThread({ metadata: { a: "1", b: "2" } });
    const updated = await subject.api.updateThread({ thread_id: created.id, metadata: { c: "3" } });
    assert.deepEqual(updated, { ...created, metadata: { c: "3" } });
    assert.deepEqual(await subject.api.getThread({ thread_id: created.id }), updated);
  });

  it("keeps a thread's metadata when an update gives none", async () => {
    const created = await subject.api.createThread({ metadata: { a: "1" } });
    assert.deepEqual(await subject.api.updateThread({ thread_id: created.id }), created);
  });

  it("updates a thread while a run is active", async () => {
    const { script, started } = hangs();
    const { thread_id, run } = await subject.scene([script]);
    const { id: run_id } = await run();
    await started;
    const { metadata } = await subject.api.updateThread({ thread_id, metadata: { a: "1" } });
    assert.deepEqual(metadata, { a: "1" });
    await subject.api.cancelRun({ thread_id, run_id });
  });

  it("deletes a thread", async () => {
    const { id } = await subject.api.createThread({});
    const answer = await subject.api.deleteThread({ thread_id: id });
    assert.deepEqual(answer, { id, object: "thread.deleted", deleted: true });
    const message = `No thread found with id '${id}'.`;
    await assertNotFound(subject.api.getThread({ thread_id: id }), "thread_not_found", message);
  });

  it("deletes a thread once", async () => {
    const { id } = await subject.api.createThread({});
    await subject.api.deleteThread({ thread_id: id });
    const message = `No thread found with id '${id}'.`;
    await assertNotFound(subject.api.deleteThread({ thread_id: id }), "thread_not_found", message);
  });

  it("deletes a thread's messages and runs with it", async () => {
    const { thread_id, run } = await subject.scene();
    const { id: run_id } = await atRest(subject.api, await run());
    const [message] = (await subject.api.listMessages({ thread_id })).data;
    const [step] = (await subject.api.listRunSteps({ thread_id, run_id })).data;
    assert.ok(message && step);
    await subject.api.deleteThread({ thread_id });
    const { api } = subject;
    const gone = `No thread found with id '${thread_id}'.`;
    const noRun = `No run found with id '${run_id}'.`;
    await assertNotFound(
      api.getMessage({ thread_id, message_id: message.id }),
      "message_not_found",
      `No message found with id '${message.id}'.`,
    );
    await assertNotFound(api.getRun({ thread_id, run_id }), "run_not_found", noRun);
    await assertNotFound(api.getRunStep({ thread_id, run_id, step_id: step.id }), "run_not_found", noRun);
    await assertNotFound(api.listMessages({ thread_id }), "thread_not_found", gone);
    await assertNotFound(api.listRuns({ thread_id }), "thread_not_found", gone);
  });

  it("stops the model of a run whose thread is deleted", async () => {
    const { script, started, stopped } = hangs("partial");
    const { thread_id, run } = await subject.scene([script]);
    await run();
    await started;
    await subject.api.deleteThread({ thread_id });
    await stopped;
  });

  it("leaves the messages of other threads alone when one is deleted", async () => {
    const { thread_id } = await subject.scene();
    const { id: doomed } = await subject.api.createThread({ messages: [{ role: "user", content: "x" }] });
    await subject.api.deleteThread({ thread_id: doomed });
    assert.equal((await subject.api.listMessages({ thread_id })).data.length, 1);
  });
}

import assert from "node:assert/strict";
import { says } from "../scripted-model.ts";
import { assertNotFound } from "./rejections.ts";
import { atRest } from "./run-progress.ts";
import { functionTools, type Subject } from "./subject.ts";

export function createThreadAndRunSuite(subject: Subject): void {
  it("makes the thread with its messages and runs on it", async () => {
    const { assistant, model } = await subject.scene([says("Sunny.")]);
    const created = await subject.api.createThreadAndRun({
      assistant_id: assistant.id,
      thread: { messages: [{ role: "user", content: "Weather?" }], metadata: { user: "u1" } },
      metadata: { run: "r1" },
    });
    const { thread_id } = created;
    assert.deepEqual([created.status, created.metadata], ["queued", { run: "r1" }]);
    assert.deepEqual((await subject.api.getThread({ thread_id })).metadata, { user: "u1" });
    assert.equal((await atRest(subject.api, created)).status, "completed");
    assert.deepEqual(model.requests[0]?.items, [
      { type: "message", role: "user", content: [{ type: "text", text: "Weather?" }] },
    ]);
    const { data } = await subject.api.listMessages({ thread_id, order: "asc" });
    assert.deepEqual(
      data.map(({ role, run_id }) => [role, run_id]),
      [
        ["user", null],
        ["assistant", created.id],
      ],
    );
  });

  it("makes the same run as createRun does", async () => {
    const { assistant, run } = await subject.scene([says("Hi")], { instructions: "Be brief." });
    const other = await run();
    const created = await subject.api.createThreadAndRun({ assistant_id: assistant.id });
    const own = { id: "", thread_id: "", created_at: 0, expires_at: 0 };
    assert.deepEqual({ ...created, ...own }, { ...other, ...own });
    assert.equal(created.expires_at, created.created_at + 600);
  });

  it("makes an empty thread where none is given", async () => {
    const { assistant, model } = await subject.scene();
    const created = await subject.api.createThreadAndRun({ assistant_id: assistant.id });
    const { metadata } = await subject.api.getThread({ thread_id: created.thread_id });
    await atRest(subject.api, created);
    assert.deepEqual([metadata, model.requests[0]?.items], [{}, []]);
  });

  it("lets the run say otherwise than the assistant", async () => {
    const { assistant, model } = await subject.scene([says("Hi")], { instructions: "Be brief." });
    const created = await subject.api.createThreadAndRun({
      assistant_id: assistant.id,
      instructions: "Be long.",
      tools: functionTools("g"),
      temperature: 0,
    });
    await atRest(subject.api, created);
    const [request] = model.requests;
    assert.deepEqual(
      [request?.instructions, request?.functions, request?.temperature],
      ["Be long.", [{ name: "g" }], 0],
    );
  });

  it("refuses an unknown assistant", async () => {
    const call = subject.api.createThreadAndRun({ assistant_id: "asst_none" });
    await assertNotFound(call, "assistant_not_found", "No assistant found with id 'asst_none'.");
  });
}

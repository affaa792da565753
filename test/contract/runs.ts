import assert from "node:assert/strict";
import { hangs, says } from "../scripted-model.ts";
import { assertNotFound, assertRejects } from "./rejections.ts";
import { atRest } from "./run-progress.ts";
import { functionTools, type Subject } from "./subject.ts";

const NEVER_HAPPENED = {
  required_action: null,
  last_error: null,
  cancelled_at: null,
  failed_at: null,
  incomplete_details: null,
};

export function runsSuite(subject: Subject): void {
  it("creates a queued run with the defaults of the contract", async () => {
    const earliest = Math.floor(Date.now() / 1000);
    const { assistant, thread_id, run } = await subject.scene();
    const { id, created_at, ...rest } = await run();
    assert.match(id, /^run_\w{24}$/);
    assert.ok(Number.isInteger(created_at) && created_at >= earliest && created_at <= Date.now() / 1000);
    assert.deepEqual(rest, {
      ...NEVER_HAPPENED,
      object: "thread.run",
      thread_id,
      assistant_id: assistant.id,
      status: "queued",
      expires_at: created_at + 600,
      started_at: null,
      completed_at: null,
      model: assistant.model,
      instructions: "",
      tools: [],
      metadata: {},
      usage: null,
      temperature: 1,
      top_p: 1,
      max_prompt_tokens: null,
      max_completion_tokens: null,
      truncation_strategy: { type: "auto", last_messages: null },
      tool_choice: "auto",
      parallel_tool_calls: true,
      response_format: "auto",
      reasoning_effort: null,
    });
  });

  it("updates the metadata of a run that has ended, as a whole", async () => {
    const { thread_id, run } = await subject.scene();
    const ended = await atRest(subject.api, await run({ metadata: { a: "1" } }));
    const name = { thread_id, run_id: ended.id };
    const updated = await subject.api.updateRun({ ...name, metadata: { b: "2" } });
    assert.deepEqual(updated, { ...ended, metadata: { b: "2" } });
    assert.deepEqual(await subject.api.getRun(name), updated);
    assert.deepEqual(await subject.api.updateRun(name), updated);
  });

  it("does not update a run on another thread", async () => {
    const { run } = await subject.scene();
    const { id: run_id } = await atRest(subject.api, await run());
    const { id: thread_id } = await subject.api.createThread({});
    const call = subject.api.updateRun({ thread_id, run_id, metadata: {} });
    await assertNotFound(call, "run_not_found", `No run found with id '${run_id}'.`);
  });

  it("completes a run with times and usage", async () => {
    const { run } = await subject.scene();
    const created = await run();
    const { started_at, completed_at, ...ended } = await atRest(subject.api, created);
    const { started_at: _s, completed_at: _c, ...before } = created;
    assert.ok(started_at !== null && started_at >= created.created_at);
    assert.ok(completed_at !== null && completed_at >= started_at);
    const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };
    assert.deepEqual(ended, { ...before, status: "completed", expires_at: null, usage });
  });

  it("shows a run that the model is answering as in progress", async () => {
    const { script, started } = hangs();
    const { thread_id, run } = await subject.scene([script]);
    const created = await run();
    await started;
    const { started_at, ...running } = await subject.api.getRun({ thread_id, run_id: created.id });
    const { started_at: _, ...before } = created;
    assert.deepEqual(running, { ...before, status: "in_progress" });
    assert.ok(started_at !== null && started_at >= created.created_at);
    await subject.api.cancelRun({ thread_id, run_id: created.id });
  });

  it("writes the answer as one message, however many pieces the model sent", async () => {
    const { assistant, thread_id, run } = await subject.scene([says("It ", "is ", "sunny.")]);
    const { id: run_id } = await atRest(subject.api, await run());
    const [answer] = (await subject.api.listMessages({ thread_id, limit: 1 })).data;
    assert.ok(answer);
    const { id, created_at, completed_at, ...rest } = answer;
    assert.match(id, /^msg_\w{24}$/);
    assert.ok(completed_at !== null && completed_at >= created_at);
    assert.deepEqual(rest, {
      object: "thread.message",
      thread_id,
      status: "completed",
      incomplete_details: null,
      incomplete_at: null,
      role: "assistant",
      content: [{ type: "text", text: { value: "It is sunny.", annotations: [] } }],
      assistant_id: assistant.id,
      run_id,
      attachments: [],
      metadata: {},
    });
  });

  it("completes without a message when the model says nothing", async () => {
    const { thread_id, run } = await subject.scene([says()]);
    const { status } = await atRest(subject.api, await run());
    assert.equal(status, "completed");
    assert.equal((await subject.api.listMessages({ thread_id })).data.length, 1);
  });

  it("shows the model the whole conversation on the next run", async () => {
    const { model, thread_id, run } = await subject.scene([says("Hi")]);
    await atRest(subject.api, await run());
    await subject.api.createMessage({ thread_id, role: "user", content: "And now?" });
    await atRest(subject.api, await run());
    const message = (role: "user" | "assistant", text: string) => {
      return { type: "message", role, content: [{ type: "text", text }] };
    };
    assert.deepEqual(model.requests[1]?.items, [
      message("user", "Hello"),
      message("assistant", "Hi"),
      message("user", "And now?"),
    ]);
  });

  it("shows the model images by their address", async () => {
    const { model, thread_id, run } = await subject.scene();
    const url = "https://example.com/cat.png";
    await subject.api.createMessage({
      thread_id,
      role: "user",
      content: [{ type: "image_url", image_url: { url } }],
    });
    await atRest(subject.api, await run());
    assert.deepEqual(model.requests[0]?.items[1], {
      type: "message",
      role: "user",
      content: [{ type: "image_url", url, detail: "auto" }],
    });
  });

  it("runs on a thread without messages", async () => {
    const { run } = await subject.scene();
    const { id: thread_id } = await subject.api.createThread({});
    const { status } = await atRest(subject.api, await run({ thread_id }));
    assert.equal(status, "completed");
  });

  it("lists a thread's runs, newest first", async () => {
    const { thread_id, run } = await subject.scene();
    const first = await atRest(subject.api, await run());
    const second = await atRest(subject.api, await run());
    assert.deepEqual(await subject.api.listRuns({ thread_id }), {
      object: "list",
      data: [second, first],
      first_id: second.id,
      last_id: first.id,
      has_more: false,
    });
  });

  it("does not find a run on another thread", async () => {
    const { run } = await subject.scene();
    const { id: run_id } = await atRest(subject.api, await run());
    const { id: thread_id } = await subject.api.createThread({});
    const message = `No run found with id '${run_id}'.`;
    await assertNotFound(subject.api.getRun({ thread_id, run_id }), "run_not_found", message);
    await assertNotFound(subject.api.cancelRun({ thread_id, run_id }), "run_not_found", message);
    await assertNotFound(subject.api.listRunSteps({ thread_id, run_id }), "run_not_found", message);
    const submit = subject.api.submitToolOutputsToRun({ thread_id, run_id, tool_outputs: [] });
    await assertNotFound(submit, "run_not_found", message);
  });

  it("keeps a run as it was begun when its assistant is changed or deleted", async () => {
    const { assistant, thread_id, run } = await subject.scene([says("Hi")], { instructions: "old" });
    const { id: run_id } = await run();
    await subject.api.updateAssistant({ assistant_id: assistant.id, instructions: "new" });
    await subject.api.deleteAssistant({ assistant_id: assistant.id });
    const ended = await atRest(subject.api, { thread_id, id: run_id });
    assert.deepEqual([ended.status, ended.instructions], ["completed", "old"]);
  });

  for (const name of ["createRun", "createThreadAndRun"] as const) {
    const other = { createRun: "streamRun", createThreadAndRun: "streamThreadAndRun" };

    it(`refuses to stream ${name} and begins nothing`, async () => {
      const { assistant, model, thread_id } = await subject.scene();
      const request = { assistant_id: assistant.id, stream: true };
      const { api } = subject;
      const call = name === "createRun" ? api.createRun({ ...request, thread_id }) : api[name](request);
      await assertRejects(call, {
        code: "stream_by_method",
        message: `Leave 'stream' out: whether the run is streamed is the method's choice. Call ${other[name]} instead.`,
        param: "stream",
        wireCode: "unsupported_parameter",
      });
      assert.deepEqual((await api.listRuns({ thread_id })).data, []);
      assert.equal(model.requests.length, 0);
    });
  }

  for (const stream of [false, null]) {
    it(`takes stream ${stream} as not streaming`, async () => {
      const { run } = await subject.scene([says("Hi")], { tools: functionTools("f") });
      assert.equal((await atRest(subject.api, await run({ stream }))).status, "completed");
    });
  }
}

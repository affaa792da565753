import assert from "node:assert/strict";
import { ModelError, type ModelEvent } from "../../src/models/model.ts";
import { calls, fails, hangs, type Script, says } from "../scripted-model.ts";
import { assertRejects } from "./rejections.ts";
import { atRest, inStatus, openCalls } from "./run-progress.ts";
import { dataOf, names, read, SPEAKING } from "./stream-events.ts";
import { functionTools, ModelsByName, type Subject } from "./subject.ts";

const USAGE = { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 };
const NO_USAGE = { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 };

/** Sends the events and then throws, where an error is given. */
function sends(events: ModelEvent[], error?: Error): Script {
  return async function* () {
    yield* events;
    if (error) throw error;
  };
}

const text = (value: string) => [{ type: "text", text: { value, annotations: [] } }];

export function runEndsSuite(subject: Subject): void {
  for (const code of ["server_error", "rate_limit_exceeded", "invalid_prompt"] as const) {
    it(`fails with the model's ${code}`, async () => {
      const { thread_id, run } = await subject.scene([fails(new ModelError(code, "No luck."))]);
      const created = await run();
      const { started_at: _, failed_at, ...ended } = await atRest(subject.api, created);
      const { started_at: _s, failed_at: _f, ...before } = created;
      assert.ok(Number.isInteger(failed_at));
      assert.deepEqual(ended, {
        ...before,
        status: "failed",
        last_error: { code, message: "No luck." },
        expires_at: null,
        usage: NO_USAGE,
      });
      assert.equal((await subject.api.listMessages({ thread_id })).data.length, 1);
    });
  }

  it("fails with server_error when the model throws something else", async () => {
    const { run } = await subject.scene([fails(new TypeError("Broken."))]);
    const { status, last_error } = await atRest(subject.api, await run());
    assert.deepEqual([status, last_error], ["failed", { code: "server_error", message: "Broken." }]);
  });

  it("fails when the model's answer breaks off", async () => {
    const { run } = await subject.scene([sends([{ type: "text_delta", text: "It is su" }])]);
    const { status, last_error } = await atRest(subject.api, await run());
    const message = "The model's answer broke off before its end.";
    assert.deepEqual([status, last_error], ["failed", { code: "server_error", message }]);
  });

  it("keeps what the model said before it failed, its step failed and its tokens counted", async () => {
    const error = new ModelError("rate_limit_exceeded", "Slow down.");
    const events: ModelEvent[] = [
      { type: "text_delta", text: "It is su" },
      { type: "usage", usage: USAGE },
    ];
    const { thread_id, run } = await subject.scene([sends(events, error)]);
    const { id: run_id, usage } = await atRest(subject.api, await run());
    const [message] = (await subject.api.listMessages({ thread_id, run_id })).data;
    const [step] = (await subject.api.listRunSteps({ thread_id, run_id })).data;
    assert.deepEqual(usage, USAGE);
    assert.deepEqual(
      [message?.status, message?.incomplete_details, message?.content],
      ["incomplete", { reason: "run_failed" }, text("It is su")],
    );
    assert.deepEqual(
      [step?.status, step?.last_error, Number.isInteger(step?.failed_at), step?.usage],
      ["failed", { code: "rate_limit_exceeded", message: "Slow down." }, true, USAGE],
    );
  });

  it("shows a prompt that the model refuses as an error of the service at the step, which knows no other", async () => {
    const error = new ModelError("invalid_prompt", "Not that.");
    const { thread_id, run } = await subject.scene([sends([{ type: "text_delta", text: "It" }], error)]);
    const { id: run_id, last_error } = await atRest(subject.api, await run());
    const [step] = (await subject.api.listRunSteps({ thread_id, run_id })).data;
    assert.deepEqual(
      [last_error?.code, step?.last_error],
      ["invalid_prompt", { code: "server_error", message: "Not that." }],
    );
  });

  it("takes the thread free after a failure", async () => {
    const { run } = await subject.scene([fails(new Error("No luck.")), says("Hi")]);
    await atRest(subject.api, await run());
    assert.equal((await atRest(subject.api, await run())).status, "completed");
  });

  it("ends incomplete when the model runs out of tokens", async () => {
    const { thread_id, run } = await subject.scene([
      sends([
        { type: "text_delta", text: "It is su" },
        { type: "usage", usage: USAGE },
        { type: "finish", reason: "length" },
      ]),
    ]);
    const created = await run({ max_completion_tokens: 256 });
    const { started_at: _, ...ended } = await atRest(subject.api, created);
    const { started_at: _s, ...before } = created;
    assert.deepEqual(ended, {
      ...before,
      status: "incomplete",
      incomplete_details: { reason: "max_completion_tokens" },
      expires_at: null,
      usage: USAGE,
    });
    const [message] = (await subject.api.listMessages({ thread_id, run_id: created.id })).data;
    assert.deepEqual(
      [message?.status, message?.incomplete_details, message?.content],
      ["incomplete", { reason: "max_tokens" }, text("It is su")],
    );
  });

  it("ends incomplete when a content filter cuts the answer off", async () => {
    const { thread_id, run } = await subject.scene([
      sends([
        { type: "text_delta", text: "It is su" },
        { type: "usage", usage: USAGE },
        { type: "finish", reason: "content_filter" },
      ]),
    ]);
    const { id: run_id, ...ended } = await atRest(subject.api, await run());
    assert.deepEqual(
      [ended.status, ended.incomplete_details, ended.expires_at, ended.usage],
      ["incomplete", { reason: "content_filter" }, null, USAGE],
    );
    const [message] = (await subject.api.listMessages({ thread_id, run_id })).data;
    assert.deepEqual(
      [message?.status, message?.incomplete_details, message?.content],
      ["incomplete", { reason: "content_filter" }, text("It is su")],
    );
    const [step] = (await subject.api.listRunSteps({ thread_id, run_id })).data;
    assert.deepEqual([step?.status, step?.usage], ["completed", USAGE]);
  });

  it("shows the tokens of a step that ran out of them", async () => {
    const { thread_id, run } = await subject.scene([
      sends([
        { type: "text_delta", text: "It is su" },
        { type: "usage", usage: USAGE },
        { type: "finish", reason: "length" },
      ]),
    ]);
    const { id: run_id } = await atRest(subject.api, await run());
    const [step] = (await subject.api.listRunSteps({ thread_id, run_id })).data;
    assert.deepEqual([step?.status, step?.usage], ["completed", USAGE]);
  });

  it("gives a later round only the tokens that are left", async () => {
    const { model, thread_id, run } = await subject.scene([calls({ name: "f" }), says("Done")], {
      tools: functionTools("f"),
    });
    const waiting = await atRest(subject.api, await run({ max_completion_tokens: 256 }));
    const [tool_call_id = ""] = openCalls(waiting);
    const run_id = waiting.id;
    const tool_outputs = [{ tool_call_id, output: "1" }];
    await atRest(subject.api, await subject.api.submitToolOutputsToRun({ thread_id, run_id, tool_outputs }));
    assert.deepEqual(
      model.requests.map((request) => request.max_completion_tokens),
      [256, 251],
    );
  });

  it("ends incomplete, without asking the model, when max_prompt_tokens is too little", async () => {
    const { model, run } = await subject.scene();
    const additional_messages = [{ role: "user" as const, content: "a".repeat(4000) }];
    const ended = await atRest(subject.api, await run({ additional_messages, max_prompt_tokens: 256 }));
    assert.deepEqual(
      [ended.status, ended.incomplete_details, ended.usage],
      ["incomplete", { reason: "max_prompt_tokens" }, NO_USAGE],
    );
    assert.deepEqual(model.requests, []);
  });

  it("fails when the model says nothing for too long", async () => {
    const models = new ModelsByName();
    const { script, stopped } = hangs();
    const { name } = models.add(script);
    await using opened = await subject.implementation.open(models, { silenceSeconds: 0.05 });
    const { id: assistant_id } = await opened.api.createAssistant({ model: name });
    const ended = await atRest(opened.api, await opened.api.createThreadAndRun({ assistant_id }));
    await stopped;
    const message = "The model said nothing for 0.05 s.";
    assert.deepEqual([ended.status, ended.last_error], ["failed", { code: "server_error", message }]);
  });

  it("expires when its time to work is over, and a reader of its stream is told", async () => {
    const models = new ModelsByName();
    const { script, stopped } = hangs("It is");
    const { name } = models.add(script);
    await using opened = await subject.implementation.open(models, { workSeconds: 1 });
    const { api } = opened;
    const { id: assistant_id } = await api.createAssistant({ model: name });
    const events = await read(api.streamThreadAndRun({ assistant_id }));
    await stopped;
    assert.deepEqual(names(events), [
      "thread.created",
      ...SPEAKING,
      "thread.message.incomplete",
      "thread.run.step.expired",
      "thread.run.expired",
    ]);
    const { thread_id, id: run_id } = dataOf(events, "thread.run.expired");
    const message = dataOf(events, "thread.message.incomplete");
    assert.deepEqual(
      [message.incomplete_details, message.content],
      [{ reason: "run_expired" }, text("It is")],
    );
    assert.deepEqual((await api.listMessages({ thread_id, run_id })).data, [message]);
    assert.deepEqual((await api.listRunSteps({ thread_id, run_id })).data, [
      dataOf(events, "thread.run.step.expired"),
    ]);
  });

  it("expires when the tool outputs do not come in time", async () => {
    const models = new ModelsByName();
    const { name } = models.add(calls({ name: "f" }));
    await using opened = await subject.implementation.open(models, { actionSeconds: 0 });
    const { api } = opened;
    const { id: assistant_id } = await api.createAssistant({ model: name, tools: functionTools("f") });
    const { thread_id, id: run_id } = await api.createThreadAndRun({ assistant_id });
    const ended = await inStatus(api, { thread_id, id: run_id }, "expired");
    const [step] = (await api.listRunSteps({ thread_id, run_id })).data;
    const made = step?.step_details.type === "tool_calls" ? step.step_details.tool_calls : [];
    const tool_call_id = made[0]?.id ?? "";
    assert.deepEqual([ended.required_action, ended.expires_at], [null, null]);
    assert.deepEqual([step?.status, Number.isInteger(step?.expired_at)], ["expired", true]);
    const tool_outputs = [{ tool_call_id, output: "1" }];
    await assertRejects(api.submitToolOutputsToRun({ thread_id, run_id, tool_outputs }), {
      code: "run_not_accepting_outputs",
      message: 'Runs in status "expired" do not accept tool outputs.',
    });
    await assertRejects(api.cancelRun({ thread_id, run_id }), {
      code: "run_not_cancellable",
      message: "Cannot cancel run with status 'expired'.",
    });
    await api.createMessage({ thread_id, role: "user", content: "Still there?" });
  });
}

import assert from "node:assert/strict";
import type { Run, RunStep } from "../../src/contract/objects.ts";
import { calls, hangs, says } from "../scripted-model.ts";
import { assertNotFound } from "./rejections.ts";
import { atRest, openCalls } from "./run-progress.ts";
import { functionTools, type Subject } from "./subject.ts";

const USAGE = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };

/** A run that has called two functions and then answered. */
async function runWithCalls(subject: Subject): Promise<{ ended: Run; ids: string[] }> {
  const script = calls({ name: "a", arguments: '{"x":1}' }, { name: "b", arguments: "{}" });
  const { thread_id, run } = await subject.scene([script, says("Done")], { tools: functionTools("a", "b") });
  const waiting = await atRest(subject.api, await run());
  const ids = openCalls(waiting);
  const tool_outputs = ids.map((tool_call_id, index) => ({ tool_call_id, output: `${index + 1}` })).reverse();
  await subject.api.submitToolOutputsToRun({ thread_id, run_id: waiting.id, tool_outputs });
  return { ended: await atRest(subject.api, waiting), ids };
}

/** What a completed step of a run shows beside its id, times and details. */
function completedStep(run: Run) {
  return {
    object: "thread.run.step",
    assistant_id: run.assistant_id,
    thread_id: run.thread_id,
    run_id: run.id,
    status: "completed",
    last_error: null,
    expired_at: null,
    cancelled_at: null,
    failed_at: null,
    metadata: {},
    usage: USAGE,
  };
}

function withoutTimes({ id, created_at, completed_at, ...rest }: RunStep) {
  assert.match(id, /^step_\w{24}$/);
  assert.ok(completed_at !== null && completed_at >= created_at);
  return rest;
}

export function runStepsSuite(subject: Subject): void {
  it("shows the step that wrote the message", async () => {
    const { thread_id, run } = await subject.scene();
    const ended = await atRest(subject.api, await run());
    const [message] = (await subject.api.listMessages({ thread_id, limit: 1 })).data;
    const { data } = await subject.api.listRunSteps({ thread_id, run_id: ended.id });
    assert.deepEqual(data.map(withoutTimes), [
      {
        ...completedStep(ended),
        type: "message_creation",
        step_details: { type: "message_creation", message_creation: { message_id: message?.id } },
      },
    ]);
  });

  it("shows the step of the calls with every output", async () => {
    const { ended: run, ids } = await runWithCalls(subject);
    const { data } = await subject.api.listRunSteps({
      thread_id: run.thread_id,
      run_id: run.id,
      order: "asc",
    });
    const [step] = data;
    assert.ok(step);
    assert.deepEqual(
      data.map((each) => each.type),
      ["tool_calls", "message_creation"],
    );
    assert.deepEqual(withoutTimes(step), {
      ...completedStep(run),
      type: "tool_calls",
      step_details: {
        type: "tool_calls",
        tool_calls: [
          { id: ids[0], type: "function", function: { name: "a", arguments: '{"x":1}', output: "1" } },
          { id: ids[1], type: "function", function: { name: "b", arguments: "{}", output: "2" } },
        ],
      },
    });
  });

  it("shows the step of open calls in progress, without outputs", async () => {
    const { thread_id, run } = await subject.scene([calls({ name: "f" })], {
      tools: functionTools("f"),
    });
    const waiting = await atRest(subject.api, await run());
    const [id] = openCalls(waiting);
    const [step] = (await subject.api.listRunSteps({ thread_id, run_id: waiting.id })).data;
    assert.deepEqual(
      [step?.status, step?.completed_at, step?.usage, step?.step_details],
      [
        "in_progress",
        null,
        null,
        {
          type: "tool_calls",
          tool_calls: [{ id, type: "function", function: { name: "f", arguments: "{}", output: null } }],
        },
      ],
    );
  });

  it("gets a step of open calls as it is listed", async () => {
    const { thread_id, run } = await subject.scene([calls({ name: "f" })], { tools: functionTools("f") });
    const { id: run_id } = await atRest(subject.api, await run());
    const [step] = (await subject.api.listRunSteps({ thread_id, run_id })).data;
    assert.ok(step);
    assert.deepEqual(await subject.api.getRunStep({ thread_id, run_id, step_id: step.id }), step);
  });

  it("lists the newest step first", async () => {
    const { ended: run } = await runWithCalls(subject);
    const { data, ...page } = await subject.api.listRunSteps({ thread_id: run.thread_id, run_id: run.id });
    assert.deepEqual(
      data.map((step) => step.type),
      ["message_creation", "tool_calls"],
    );
    assert.deepEqual(page, {
      object: "list",
      first_id: data[0]?.id,
      last_id: data[1]?.id,
      has_more: false,
    });
  });

  it("gets a step as it is listed", async () => {
    const { ended } = await runWithCalls(subject);
    const { thread_id, id: run_id } = ended;
    const { data } = await subject.api.listRunSteps({ thread_id, run_id });
    assert.equal(data.length, 2);
    for (const step of data) {
      assert.deepEqual(await subject.api.getRunStep({ thread_id, run_id, step_id: step.id }), step);
    }
  });

  it("lists no steps of a run that has done nothing yet", async () => {
    const { script, started } = hangs();
    const { thread_id, run } = await subject.scene([script]);
    const { id: run_id } = await run();
    await started;
    const page = await subject.api.listRunSteps({ thread_id, run_id });
    assert.deepEqual(page, { object: "list", data: [], first_id: null, last_id: null, has_more: false });
    await subject.api.cancelRun({ thread_id, run_id });
  });

  it("does not find a step on another run", async () => {
    const { thread_id, run } = await subject.scene();
    const first = await atRest(subject.api, await run());
    const second = await atRest(subject.api, await run());
    const [step] = (await subject.api.listRunSteps({ thread_id, run_id: first.id })).data;
    assert.ok(step);
    const call = subject.api.getRunStep({ thread_id, run_id: second.id, step_id: step.id });
    await assertNotFound(call, "run_step_not_found", `No run step found with id '${step.id}'.`);
  });
}

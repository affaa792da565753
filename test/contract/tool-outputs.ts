import assert from "node:assert/strict";
import { functionCallsOf } from "../function-calls.ts";
import { calls, says } from "../scripted-model.ts";
import { errorOf } from "./rejections.ts";
import { atRest, openCalls } from "./run-progress.ts";
import { functionTools, type Subject } from "./subject.ts";

const TWO = calls({ name: "a", arguments: '{"x": 1}' }, { name: "b", arguments: '{"y":"2"}' });
const tools = functionTools("a", "b");

export function toolOutputsSuite(subject: Subject): void {
  it("asks for the outputs of parallel calls in one action", async () => {
    const { run } = await subject.scene([TWO], { tools });
    const created = await run();
    const { started_at, expires_at, ...waiting } = await atRest(subject.api, created);
    const [a, b] = waiting.required_action?.submit_tool_outputs.tool_calls.map((call) => call.id) ?? [];
    const { started_at: _s, expires_at: _e, ...before } = created;
    assert.ok(started_at !== null && expires_at !== null && expires_at >= started_at + 600);
    assert.deepEqual(waiting, {
      ...before,
      status: "requires_action",
      required_action: {
        type: "submit_tool_outputs",
        submit_tool_outputs: {
          tool_calls: [
            { id: a, type: "function", function: { name: "a", arguments: '{"x": 1}' } },
            { id: b, type: "function", function: { name: "b", arguments: '{"y":"2"}' } },
          ],
        },
      },
    });
  });

  it("queues the run again when it has its outputs", async () => {
    const { thread_id, run } = await subject.scene([TWO, says("Done")], { tools });
    const waiting = await atRest(subject.api, await run());
    const queued = await subject.api.submitToolOutputsToRun({
      thread_id,
      run_id: waiting.id,
      tool_outputs: openCalls(waiting).map((tool_call_id) => ({ tool_call_id, output: "ok" })),
    });
    assert.deepEqual(queued, { ...waiting, status: "queued", required_action: null });
  });

  it("shows the model every output with its call, in whatever order they came", async () => {
    const { model, thread_id, run } = await subject.scene([TWO, says("Done")], { tools });
    const waiting = await atRest(subject.api, await run());
    const [a = "", b = ""] = openCalls(waiting);
    const tool_outputs = [
      { tool_call_id: b, output: "output of b" },
      { tool_call_id: a, output: "" },
    ];
    await subject.api.submitToolOutputsToRun({ thread_id, run_id: waiting.id, tool_outputs });
    const ended = await atRest(subject.api, waiting);
    assert.deepEqual(model.requests[1]?.items, [
      { type: "message", role: "user", content: [{ type: "text", text: "Hello" }] },
      { type: "tool_call", id: a, name: "a", arguments: '{"x": 1}' },
      { type: "tool_call", id: b, name: "b", arguments: '{"y":"2"}' },
      { type: "tool_output", tool_call_id: a, name: "a", output: "" },
      { type: "tool_output", tool_call_id: b, name: "b", output: "output of b" },
    ]);
    const usage = { prompt_tokens: 20, completion_tokens: 10, total_tokens: 30 };
    assert.deepEqual([ended.status, ended.required_action, ended.usage], ["completed", null, usage]);
  });

  it("takes an output that is left out for an empty one", async () => {
    const { model, thread_id, run } = await subject.scene([calls({ name: "a" }), says("Done")], { tools });
    const waiting = await atRest(subject.api, await run());
    const tool_outputs = openCalls(waiting).map((tool_call_id) => ({ tool_call_id }));
    const run_id = waiting.id;
    await atRest(subject.api, await subject.api.submitToolOutputsToRun({ thread_id, run_id, tool_outputs }));
    const shown = model.requests[1]?.items.at(-1);
    assert.equal(shown?.type === "tool_output" && shown.output, "");
    const [, step] = (await subject.api.listRunSteps({ thread_id, run_id })).data;
    assert.ok(step);
    assert.equal(functionCallsOf(step.step_details)[0]?.function.output, "");
  });

  it("shows the model both rounds when it calls again", async () => {
    const first = calls({ name: "a" });
    const second = calls({ name: "b" });
    const { model, thread_id, run } = await subject.scene([first, second, says("Done")], { tools });
    const one = await atRest(subject.api, await run());
    const submit = (tool_call_id: string, output: string) =>
      subject.api.submitToolOutputsToRun({
        thread_id,
        run_id: one.id,
        tool_outputs: [{ tool_call_id, output }],
      });
    const [first_id = ""] = openCalls(one);
    await submit(first_id, "1");
    const two = await atRest(subject.api, one);
    const [second_id = ""] = openCalls(two);
    assert.notEqual(second_id, first_id);
    assert.equal(two.started_at, one.started_at);
    await submit(second_id, "2");
    assert.equal((await atRest(subject.api, one)).status, "completed");
    assert.deepEqual(
      model.requests[2]?.items.map((item) => item.type),
      ["message", "tool_call", "tool_output", "tool_call", "tool_output"],
    );
  });

  it("keeps what the model said before it called", async () => {
    const { model, thread_id, run } = await subject.scene(
      [
        async function* (request, signal) {
          yield { type: "text_delta", text: "Let me see." };
          yield* calls({ name: "a" })(request, signal);
        },
        says("Done"),
      ],
      { tools },
    );
    const waiting = await atRest(subject.api, await run());
    const run_id = waiting.id;
    const [tool_call_id = ""] = openCalls(waiting);
    const [said] = (await subject.api.listMessages({ thread_id })).data;
    assert.deepEqual(
      [said?.status, said?.content],
      ["completed", [{ type: "text", text: { value: "Let me see.", annotations: [] } }]],
    );
    const tool_outputs = [{ tool_call_id, output: "1" }];
    await atRest(subject.api, await subject.api.submitToolOutputsToRun({ thread_id, run_id, tool_outputs }));
    assert.deepEqual(
      model.requests[1]?.items.map((item) => item.type),
      ["message", "message", "tool_call", "tool_output"],
    );
  });

  it("gives every call an id of its own, though the model numbers its calls alike in every round", async () => {
    const { api } = subject;
    const round = calls({ name: "a" }, { name: "a" });
    const { thread_id, run } = await subject.scene([round, round, says("Done")], { tools });
    const first = await atRest(api, await run());
    const tool_outputs = openCalls(first).map((tool_call_id) => ({ tool_call_id, output: "1" }));
    await api.submitToolOutputsToRun({ thread_id, run_id: first.id, tool_outputs });
    const ids = [...openCalls(first), ...openCalls(await atRest(api, first))];
    assert.equal(new Set(ids).size, 4);
    for (const id of ids) assert.match(id, /^call_\w{24}$/);
  });

  it("passes arguments on as the model wrote them", async () => {
    const { run } = await subject.scene([calls({ name: "a", arguments: '{ "x":1.0 }' })], { tools });
    const { required_action } = await atRest(subject.api, await run());
    const [call] = required_action?.submit_tool_outputs.tool_calls ?? [];
    assert.equal(call?.function.arguments, '{ "x":1.0 }');
  });

  it("gives arguments that are no JSON back to the model, and fails when they come again", async () => {
    const broken = calls({ name: "a", arguments: '{"x": oops' });
    const { model, run } = await subject.scene([broken, broken], { tools });
    const { status, last_error } = await atRest(subject.api, await run());
    assert.equal(status, "failed");
    assert.match(
      last_error?.message ?? "",
      /The model calls a with arguments that are not JSON: \{"x": oops/,
    );
    assert.equal(model.requests.length, 2);
  });

  it("forces a function once, then lets the model choose", async () => {
    const { model, thread_id, run } = await subject.scene([calls({ name: "a" }), says("Done")], {
      tools,
    });
    const tool_choice = { type: "function" as const, function: { name: "a" } };
    const waiting = await atRest(subject.api, await run({ tool_choice }));
    const run_id = waiting.id;
    const [tool_call_id = ""] = openCalls(waiting);
    const tool_outputs = [{ tool_call_id, output: "1" }];
    await atRest(subject.api, await subject.api.submitToolOutputsToRun({ thread_id, run_id, tool_outputs }));
    assert.deepEqual(
      model.requests.map((request) => request.tool_choice),
      [tool_choice, "auto"],
    );
  });

  it("takes one of two submissions at once", async () => {
    const { model, thread_id, run } = await subject.scene([calls({ name: "a" }), says("Done")], {
      tools,
    });
    const waiting = await atRest(subject.api, await run());
    const [tool_call_id = ""] = openCalls(waiting);
    const submit = (output: string) => {
      const tool_outputs = [{ tool_call_id, output }];
      return subject.api.submitToolOutputsToRun({ thread_id, run_id: waiting.id, tool_outputs });
    };
    const results = await Promise.allSettled([submit("1"), submit("2")]);
    const refused = results.find((result) => result.status === "rejected");
    assert.equal(results.filter((result) => result.status === "fulfilled").length, 1);
    assert.equal((await errorOf(Promise.reject(refused?.reason))).code, "run_not_accepting_outputs");
    assert.equal((await atRest(subject.api, waiting)).status, "completed");
    assert.equal(model.requests.length, 2);
  });
}

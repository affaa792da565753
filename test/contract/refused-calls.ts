import assert from "node:assert/strict";
import { calls, says } from "../scripted-model.ts";
import { atRest, openCalls } from "./run-progress.ts";
import { functionTools, type Subject } from "./subject.ts";

const tools = functionTools("a", "b");

export function refusedCallsSuite(subject: Subject): void {
  it("answers a call to a function that is not offered to the model", async () => {
    const { model, run } = await subject.scene([calls({ name: "x" }), says("Sorry")], { tools });
    const { status } = await atRest(subject.api, await run());
    assert.equal(status, "completed");
    const called = model.requests[1]?.items[1];
    const id = called?.type === "tool_call" ? called.id : "";
    assert.deepEqual(model.requests[1]?.items.slice(1), [
      { type: "tool_call", id, name: "x", arguments: "{}" },
      {
        type: "tool_output",
        tool_call_id: id,
        name: "x",
        output: '{"error":"There is no function x. The functions are: a, b."}',
      },
    ]);
  });

  it("answers a call under tool_choice none to the model", async () => {
    const { model, run } = await subject.scene([calls({ name: "a" }), says("Sorry")], { tools });
    const { status } = await atRest(subject.api, await run({ tool_choice: "none" }));
    const answer = model.requests[1]?.items.at(-1);
    assert.equal(status, "completed");
    assert.equal(
      answer?.type === "tool_output" && answer.output,
      '{"error":"No function may be called now. Answer in words."}',
    );
  });

  it("answers a call to another function than the one named by tool_choice to the model", async () => {
    const { model, run } = await subject.scene([calls({ name: "b" }), says("Sorry")], { tools });
    const tool_choice = { type: "function" as const, function: { name: "a" } };
    const { status } = await atRest(subject.api, await run({ tool_choice }));
    const answer = model.requests[1]?.items.at(-1);
    assert.equal(status, "completed");
    assert.equal(answer?.type === "tool_output" && answer.output, '{"error":"Only a may be called now."}');
  });

  it("keeps to the function named by tool_choice until it has been called", async () => {
    const scripts = [calls({ name: "b" }), calls({ name: "b" }), calls({ name: "a" })];
    const { model, run } = await subject.scene(scripts, { tools });
    const tool_choice = { type: "function" as const, function: { name: "a" } };
    const waiting = await atRest(subject.api, await run({ tool_choice }));
    assert.equal(openCalls(waiting).length, 1);
    assert.deepEqual(
      model.requests.map((request) => request.tool_choice),
      [tool_choice, tool_choice, tool_choice],
    );
  });

  it("asks only for the outputs of the calls that are not refused", async () => {
    const script = calls({ name: "x" }, { name: "a" });
    const { model, thread_id, run } = await subject.scene([script, says("Done")], { tools });
    const waiting = await atRest(subject.api, await run());
    const [called] = waiting.required_action?.submit_tool_outputs.tool_calls ?? [];
    assert.deepEqual([openCalls(waiting).length, called?.function.name], [1, "a"]);
    const tool_outputs = [{ tool_call_id: called?.id ?? "", output: "1" }];
    await subject.api.submitToolOutputsToRun({ thread_id, run_id: waiting.id, tool_outputs });
    await atRest(subject.api, waiting);
    const outputs = model.requests[1]?.items.filter((item) => item.type === "tool_output");
    assert.deepEqual(
      outputs?.map(({ name, output }) => [name, output]),
      [
        ["x", '{"error":"There is no function x. The functions are: a, b."}'],
        ["a", "1"],
      ],
    );
  });

  it("shows refused calls as a completed step", async () => {
    const { thread_id, run } = await subject.scene([calls({ name: "x" }), says("Sorry")]);
    const { id: run_id } = await atRest(subject.api, await run());
    const [step] = (await subject.api.listRunSteps({ thread_id, run_id, order: "asc" })).data;
    assert.equal(step?.status, "completed");
    const { step_details: details } = step;
    const id = details.type === "tool_calls" ? details.tool_calls[0]?.id : "";
    assert.deepEqual(details, {
      type: "tool_calls",
      tool_calls: [
        {
          id,
          type: "function",
          function: {
            name: "x",
            arguments: "{}",
            output: '{"error":"There is no function x. The functions are: none."}',
          },
        },
      ],
    });
  });

  it("fails the run of a model that calls nothing but what it may not", async () => {
    const { model, run } = await subject.scene([calls({ name: "x" })], { tools });
    const { status, last_error, usage } = await atRest(subject.api, await run());
    assert.equal(status, "failed");
    assert.deepEqual(last_error, {
      code: "server_error",
      message: "The model keeps calling functions that this run does not offer: x.",
    });
    assert.equal(usage?.total_tokens, 15 * model.requests.length);
  });
}

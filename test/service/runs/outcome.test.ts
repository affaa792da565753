/** What a model's answer makes of its run. */
import assert from "node:assert/strict";
import type { FunctionStepCall, Run, RunStep } from "../../../src/contract/objects.ts";
import type { ModelToolChoice } from "../../../src/models/model.ts";
import { emptyAnswer, type ModelAnswer } from "../../../src/service/runs/model-answer.ts";
import { planOutcome } from "../../../src/service/runs/outcome.ts";
import type { RunPlan, RunState } from "../../../src/service/runs/run-change.ts";
import { functionCallsOf } from "../../function-calls.ts";
import { TIME, WEATHER } from "../running-service.ts";
import { MADE_AT, NEW_INTERNAL, sampleMessage, sampleMessageStep, sampleRun } from "../sample-objects.ts";

const NOW = MADE_AT + 60;
const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };

/** A run in progress that has used as much as one answer before. */
function stateOf(fields: Partial<Run> = {}): RunState {
  const run = sampleRun({ status: "in_progress", tools: [WEATHER, TIME], ...fields });
  const internal = { ...NEW_INTERNAL, interruptions: 1, usage };
  return { run: { object: run, internal, version: 1 }, step: null, message: null };
}

function withOpenMessage(state: RunState): RunState {
  const run = state.run.object;
  const unwritten = { status: "in_progress", role: "assistant", completed_at: null, content: [] } as const;
  const message = sampleMessage(run.thread_id, { ...unwritten, content: [], run_id: run.id });
  return {
    ...state,
    step: { object: sampleMessageStep(run, message), internal: null, version: 1 },
    message: { object: message, internal: null, version: 1 },
  };
}

const answered = (text: string, ...calls: { name: string }[]): ModelAnswer => ({
  ...emptyAnswer(),
  text,
  calls: new Map(calls.map(({ name }, index) => [index, { name, arguments: "{}" }])),
  usage,
  finish: "stop",
});

const plan = (state: RunState, answer: ModelAnswer, choice: ModelToolChoice = "auto") =>
  planOutcome(state, answer, choice, 600, NOW);

function stepsIn({ changes = [] }: RunPlan): RunStep[] {
  return changes.flatMap((change) => {
    if ("insert" in change && change.insert === "run_step") return [change.object];
    return "replace" in change && change.replace === "run_step" ? [change.object] : [];
  });
}

const callsIn = (made: RunPlan) => stepsIn(made).flatMap((step) => functionCallsOf(step.step_details));

const refusalOf = (call: FunctionStepCall | undefined): string =>
  JSON.parse(call?.function.output ?? "null")?.error ?? "";

describe("an answer in words", () => {
  it("completes the run with all that it has used", () => {
    const sum = { prompt_tokens: 20, completion_tokens: 10, total_tokens: 30 };
    assert.deepEqual(plan(stateOf(), answered("Sunny.")).event, { name: "complete", usage: sum });
  });

  it("completes the message and the step that are open", () => {
    const state = withOpenMessage(stateOf());
    const [message, step] = plan(state, answered("Sunny.")).changes ?? [];
    assert.ok(message && "replace" in message && message.replace === "message");
    assert.deepEqual(message.object, {
      ...state.message?.object,
      status: "completed",
      completed_at: NOW,
      content: [{ type: "text", text: { value: "Sunny.", annotations: [] } }],
    });
    assert.ok(step && "replace" in step && step.replace === "run_step");
    assert.deepEqual(step.object, { ...state.step?.object, status: "completed", completed_at: NOW, usage });
  });

  it("makes no message where nothing was said", () => {
    assert.deepEqual(plan(stateOf(), answered("")).changes, []);
  });

  it("forgets the interruptions of the call it comes from", () => {
    assert.equal(plan(stateOf(), answered("Sunny.")).internal?.interruptions, 0);
  });

  it("ends the run as incomplete when it was cut at the token limit", () => {
    const cut: ModelAnswer = { ...answered("Sun"), finish: "length" };
    const { event, answer } = plan(withOpenMessage(stateOf()), cut);
    assert.ok(event?.name === "run_out_of_tokens");
    assert.deepEqual([event.reason, answer], ["max_completion_tokens", cut]);
  });

  it("ends the run as incomplete when the content filter cut it off", () => {
    const cut: ModelAnswer = { ...answered("Sun"), finish: "content_filter" };
    const { event, answer } = plan(withOpenMessage(stateOf()), cut);
    assert.deepEqual([event?.name, answer], ["be_filtered", cut]);
  });
});

describe("calls of functions that the run offers", () => {
  it("make the run wait for their outputs, renewed ten minutes", () => {
    const made = plan(stateOf(), answered("", { name: "get_weather" }));
    const [call] = callsIn(made);
    assert.deepEqual(made.event, {
      name: "require_action",
      expires_at: NOW + 600,
      tool_calls: [{ id: call?.id, type: "function", function: { name: "get_weather", arguments: "{}" } }],
    });
  });

  it("make one step, open, whose calls have no output yet", () => {
    const made = plan(stateOf(), answered("", { name: "get_weather" }, { name: "get_time" }));
    const steps = stepsIn(made);
    assert.deepEqual(
      steps.map((step) => [step.type, step.status, step.completed_at]),
      [["tool_calls", "in_progress", null]],
    );
    assert.deepEqual(
      callsIn(made).map((call) => [call.function.name, call.function.output]),
      [
        ["get_weather", null],
        ["get_time", null],
      ],
    );
  });

  it("get an id that no other call has", () => {
    const answer = answered("", { name: "get_time" }, { name: "get_time" });
    const ids = [1, 2].flatMap(() => callsIn(plan(stateOf(), answer)).map((call) => call.id));
    assert.equal(new Set(ids).size, 4);
    for (const id of ids) assert.match(id, /^call_\w{24}$/);
  });

  it("come after the message that was said before them", () => {
    const steps = stepsIn(plan(withOpenMessage(stateOf()), answered("Let me see.", { name: "get_time" })));
    assert.deepEqual(
      steps.map((step) => [step.type, step.status]),
      [
        ["message_creation", "completed"],
        ["tool_calls", "in_progress"],
      ],
    );
  });

  it("show the usage of the answer, and the message said before them shows none", () => {
    const steps = stepsIn(plan(withOpenMessage(stateOf()), answered("Let me see.", { name: "get_time" })));
    assert.deepEqual(
      steps.map((step) => step.usage),
      [null, usage],
    );
  });

  it("keep the order of the model's indexes", () => {
    const answer = answered("", { name: "get_weather" });
    answer.calls = new Map([
      [2, { name: "get_time", arguments: "" }],
      [0, { name: "get_weather", arguments: "" }],
    ]);
    const names = callsIn(plan(stateOf(), answer)).map((call) => call.function.name);
    assert.deepEqual(names, ["get_weather", "get_time"]);
  });
});

describe("arguments that are not JSON", () => {
  const broken = { ...answered(""), calls: new Map([[0, { name: "get_time", arguments: '{"zone": ' }]]) };

  it("are given back to the model", () => {
    const made = plan(stateOf(), broken);
    assert.equal(made.event, null);
    assert.match(refusalOf(callsIn(made)[0]), /not JSON.*get_time/);
  });

  it("fail the run when they come again, even after a good round", () => {
    const state = stateOf();
    state.run.internal = plan(state, broken).internal ?? assert.fail();
    state.run.internal = plan(state, answered("", { name: "get_time" })).internal ?? assert.fail();
    const { event } = plan(state, broken);
    assert.ok(event?.name === "fail");
    assert.match(event.error.message, /get_time with arguments that are not JSON: \{"zone":/);
  });

  it("do not keep the other calls of the step", () => {
    const calls = new Map([...broken.calls, [1, { name: "get_weather", arguments: "{}" }] as const]);
    const { event } = plan(stateOf(), { ...broken, calls });
    assert.ok(event?.name === "require_action");
    assert.deepEqual(
      event.tool_calls.map((call) => call.function.name),
      ["get_weather"],
    );
  });

  it("are none where nothing is written", () => {
    const calls = new Map([[0, { name: "get_time", arguments: "" }]]);
    assert.equal(plan(stateOf(), { ...broken, calls }).event?.name, "require_action");
  });
});

describe("what a model keeps for its next round", () => {
  const keeping = (data: string) => {
    return { ...answered("", { name: "get_time" }), opaque: [{ data, position: 0 }] };
  };

  it("is kept with the step of its calls, that of every round", () => {
    const state = stateOf();
    const first = plan(state, keeping("one"));
    state.run.internal = first.internal ?? assert.fail();
    const second = plan(state, keeping("two"));
    assert.deepEqual(second.internal?.kept, [
      { data: "one", position: 0, step_id: stepsIn(first)[0]?.id },
      { data: "two", position: 0, step_id: stepsIn(second)[0]?.id },
    ]);
  });
});

describe("calls that must not leave the service", () => {
  const forbidden: [string, ModelToolChoice, string, RegExp][] = [
    ["of a function that the run does not offer", "auto", "open_door", /no function open_door/],
    ["where tool_choice is none", "none", "get_weather", /No function may be called/],
    [
      "where tool_choice names another function",
      { type: "function", function: { name: "get_time" } },
      "get_weather",
      /Only get_time/,
    ],
  ];
  for (const [title, choice, name, text] of forbidden) {
    it(`are answered to the model as an error ${title}`, () => {
      const made = plan(stateOf(), answered("", { name }), choice);
      assert.equal(made.event, null);
      assert.match(refusalOf(callsIn(made)[0]), text);
      assert.deepEqual(
        stepsIn(made).map((step) => [step.status, step.completed_at]),
        [["completed", NOW]],
      );
    });
  }

  it("are answered while the others of the step leave it", () => {
    const made = plan(stateOf(), answered("", { name: "open_door" }, { name: "get_time" }));
    assert.ok(made.event?.name === "require_action");
    assert.deepEqual(
      made.event.tool_calls.map((call) => call.function.name),
      ["get_time"],
    );
    assert.match(refusalOf(callsIn(made)[0]), /no function open_door/);
  });

  it("fail the run when the model does not learn", () => {
    const state = stateOf();
    const events: (string | undefined)[] = [];
    for (let round = 0; round < 3; round += 1) {
      const made = plan(state, answered("", { name: "open_door" }));
      events.push(made.event?.name);
      if (made.internal) state.run.internal = made.internal;
    }
    assert.deepEqual(events, [undefined, undefined, "fail"]);
  });

  it("count anew after a round with a call that may leave", () => {
    const state = stateOf();
    state.run.internal = { ...state.run.internal, refusedRounds: 2 };
    assert.equal(plan(state, answered("", { name: "get_time" })).internal?.refusedRounds, 0);
  });
});

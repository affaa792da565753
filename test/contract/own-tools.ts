import assert from "node:assert/strict";
import type { StreamEvent } from "../../src/contract/events.ts";
import type { ModelEvent, OwnToolCall } from "../../src/models/model.ts";
import { functionCallsOf } from "../function-calls.ts";
import { calls, hangs, type Script, says } from "../scripted-model.ts";
import { assertNotFound } from "./rejections.ts";
import { atRest, openCalls } from "./run-progress.ts";
import { names, read } from "./stream-events.ts";
import { functionTools, type Subject } from "./subject.ts";

const CODE = { type: "code_interpreter" } as const;
const tools = [CODE, ...functionTools("f")];

const RAN: OwnToolCall = {
  type: "code_interpreter",
  code_interpreter: { input: "print(6 * 7)", outputs: [{ type: "logs", logs: "42\n" }] },
};

/** What a model's own tool does in an answer, and what the model wants back of it. */
const ran = (kept: string): ModelEvent[] => [
  { type: "opaque", data: kept },
  { type: "own_tool_call", call: RAN },
];
const text = (value: string): ModelEvent => ({ type: "text_delta", text: value });

/** Tells the events, then goes on as the script does. */
const first = (events: ModelEvent[], script: Script): Script =>
  async function* (request, signal) {
    yield* events;
    yield* script(request, signal);
  };

const USAGE = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };

export function ownToolsSuite(subject: Subject): void {
  it("are shown by the assistant and its runs", async () => {
    const { assistant, run } = await subject.scene([says("Hi")], { tools });
    assert.deepEqual(assistant.tools, tools);
    assert.deepEqual((await atRest(subject.api, await run())).tools, tools);
  });

  it("are offered to the model beside the functions", async () => {
    const { model, run } = await subject.scene([says("Hi")], { tools });
    await atRest(subject.api, await run());
    const { functions, own_tools } = model.requests[0] ?? assert.fail();
    assert.deepEqual([functions, own_tools], [[{ name: "f" }], ["code_interpreter"]]);
  });

  it("leave a step where they were used, between the messages", async () => {
    const script = first([text("Let me see."), ...ran("a"), ...ran("b")], says("It is 42."));
    const { thread_id, run } = await subject.scene([script], { tools });
    const ended = await atRest(subject.api, await run());
    assert.deepEqual([ended.status, ended.usage], ["completed", USAGE]);
    const { data } = await subject.api.listRunSteps({ thread_id, run_id: ended.id, order: "asc" });
    const messages = await subject.api.listMessages({ thread_id, run_id: ended.id, order: "asc" });
    const [before, after] = messages.data;
    assert.deepEqual(
      messages.data.map(({ status, content: [part] }) => [status, part?.type === "text" && part.text.value]),
      [
        ["completed", "Let me see."],
        ["completed", "It is 42."],
      ],
    );
    const shown = data.map(({ status, step_details: details, usage }) => {
      const calls = details.type === "tool_calls" ? details.tool_calls.map(({ id: _, ...call }) => call) : [];
      return [status, details.type === "tool_calls" ? calls : details.message_creation.message_id, usage];
    });
    assert.deepEqual(shown, [
      ["completed", before?.id, null],
      ["completed", [RAN], null],
      ["completed", [RAN], null],
      ["completed", after?.id, USAGE],
    ]);
  });

  it("are told of as events, one step and one message at a time", async () => {
    const script = first([text("Let me see."), ...ran("a")], says("It is 42."));
    const { thread_id, assistant } = await subject.scene([script], { tools });
    const stream = subject.api.streamRun({ thread_id, assistant_id: assistant.id });
    const events = await read(stream);
    const message = ["thread.message.created", "thread.message.in_progress", "thread.message.delta"];
    const begins = ["thread.run.step.created", "thread.run.step.in_progress"];
    assert.deepEqual(names(events).slice(3), [
      ...begins,
      ...message,
      "thread.message.completed",
      "thread.run.step.completed",
      ...begins,
      "thread.run.step.delta",
      "thread.run.step.completed",
      ...begins,
      ...message,
      "thread.message.completed",
      "thread.run.step.completed",
      "thread.run.completed",
    ]);
    const deltas = events.flatMap((event: StreamEvent) =>
      event.event === "thread.run.step.delta" ? event.data.delta.step_details.tool_calls : [],
    );
    const { type, code_interpreter } = RAN;
    const [{ id = "" } = {}] = deltas;
    assert.match(id, /^call_\w{24}$/);
    assert.deepEqual(deltas, [
      { index: 0, id, type, code_interpreter: { input: code_interpreter.input, outputs: [] } },
      { index: 0, type, code_interpreter: { outputs: [{ index: 0, type: "logs", logs: "42\n" }] } },
    ]);
  });

  it("give the model back what it kept of them, where it stood", async () => {
    const script = first([text("Look."), ...ran("a"), text("And."), ...ran("b")], calls({ name: "f" }));
    const { model, thread_id, run } = await subject.scene([script, says("Done")], { tools });
    const waiting = await atRest(subject.api, await run());
    const tool_outputs = openCalls(waiting).map((tool_call_id) => ({ tool_call_id, output: "7" }));
    await atRest(
      subject.api,
      await subject.api.submitToolOutputsToRun({ thread_id, run_id: waiting.id, tool_outputs }),
    );
    const items = model.requests[1]?.items.slice(1).map((item) => {
      if (item.type === "message")
        return item.content.map((part) => part.type === "text" && part.text).join();
      return item.type === "opaque" ? item.data : item.type;
    });
    assert.deepEqual(items, ["Look.", "a", "And.", "b", "tool_call", "tool_output"]);
  });

  it("are demanded until they were used", async () => {
    const script = first(ran("a"), calls({ name: "f" }));
    const { model, thread_id, run } = await subject.scene([script, says("Done")], { tools });
    const waiting = await atRest(subject.api, await run({ tool_choice: CODE }));
    assert.deepEqual(waiting.tool_choice, CODE);
    // What else the answer calls is its own choice.
    const tool_outputs = openCalls(waiting).map((tool_call_id) => ({ tool_call_id, output: "7" }));
    assert.deepEqual([waiting.status, tool_outputs.length], ["requires_action", 1]);
    const going = subject.api.submitToolOutputsToRun({ thread_id, run_id: waiting.id, tool_outputs });
    assert.equal((await atRest(subject.api, await going)).status, "completed");
    assert.deepEqual(
      model.requests.map(({ tool_choice }) => tool_choice),
      [CODE, "auto"],
    );
  });

  it("keep their step when the run is cancelled after them, and what was said since", async () => {
    const hanging = hangs("It is");
    const script = first([text("Let me see."), ...ran("a")], hanging.script);
    const { thread_id, run } = await subject.scene([script], { tools });
    const { id: run_id } = await run();
    await hanging.started;
    await subject.api.cancelRun({ thread_id, run_id });
    const ended = await atRest(subject.api, { thread_id, id: run_id });
    assert.equal(ended.status, "cancelled");
    const messages = await subject.api.listMessages({ thread_id, run_id, order: "asc" });
    assert.deepEqual(
      messages.data.map(({ status, content: [part] }) => [status, part?.type === "text" && part.text.value]),
      [
        ["completed", "Let me see."],
        ["incomplete", "It is"],
      ],
    );
    const { data } = await subject.api.listRunSteps({ thread_id, run_id, order: "asc" });
    assert.deepEqual(
      data.map(({ type, status }) => [type, status]),
      [
        ["message_creation", "completed"],
        ["tool_calls", "completed"],
        ["message_creation", "cancelled"],
      ],
    );
  });

  it("are demanded again where a function was called in their place, which is refused", async () => {
    const { model, thread_id, run } = await subject.scene([calls({ name: "f" }), says("Done")], { tools });
    const { id: run_id, status } = await atRest(subject.api, await run({ tool_choice: CODE }));
    assert.equal(status, "completed");
    assert.deepEqual(
      model.requests.map(({ tool_choice }) => tool_choice),
      [CODE, CODE],
    );
    const [step] = (await subject.api.listRunSteps({ thread_id, run_id, order: "asc" })).data;
    const [refused] = functionCallsOf(step?.step_details);
    assert.match(refused?.function.output ?? "", /Only the code interpreter may be called now/);
  });

  it("take an empty list of files", async () => {
    const tool_resources = { code_interpreter: { file_ids: [] } };
    const assistant = await subject.api.createAssistant({ model: "m", tools: [CODE], tool_resources });
    assert.deepEqual(assistant.tool_resources, tool_resources);
    const thread = await subject.api.createThread({ tool_resources });
    assert.deepEqual(thread.tool_resources, tool_resources);
    const { id: thread_id } = await subject.api.createThread({});
    const updated = await subject.api.updateThread({ thread_id, tool_resources });
    assert.deepEqual(updated.tool_resources, tool_resources);
  });

  it("take a file that is there", async () => {
    const file = { name: "numbers.csv", content: Buffer.from("1,2") };
    const { id } = await subject.api.createFile({ purpose: "assistants", file });
    const tool_resources = { code_interpreter: { file_ids: [id] } };
    const assistant = await subject.api.createAssistant({ model: "m", tools: [CODE], tool_resources });
    assert.deepEqual(assistant.tool_resources, tool_resources);
  });

  it("do not find a file that is not there", async () => {
    const tool_resources = { code_interpreter: { file_ids: ["file-0"] } };
    const sentence = "No file found with id 'file-0'.";
    const { assistant } = await subject.scene();
    for (const call of [
      () => subject.api.createAssistant({ model: "m", tools: [CODE], tool_resources }),
      () => subject.api.updateAssistant({ assistant_id: assistant.id, tool_resources }),
      () => subject.api.createThread({ tool_resources }),
      () => subject.api.createThreadAndRun({ assistant_id: assistant.id, tool_resources }),
      () => subject.api.createThreadAndRun({ assistant_id: assistant.id, thread: { tool_resources } }),
    ]) {
      await assertNotFound(call(), "file_not_found", sentence);
    }
  });
}

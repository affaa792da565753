import assert from "node:assert/strict";
import { calls, says } from "../scripted-model.ts";
import { atRest, openCalls } from "./run-progress.ts";
import { functionTools, type Subject } from "./subject.ts";

const text = (role: "user" | "assistant", value: string) => {
  return { type: "message", role, content: [{ type: "text", text: value }] };
};

export function runSettingsSuite(subject: Subject): void {
  it("asks the model as the assistant says", async () => {
    const { assistant, model, run } = await subject.scene([says("Hi")], {
      instructions: "Be brief.",
      tools: functionTools("f"),
      temperature: 0,
      top_p: 0.5,
      response_format: { type: "json_object" },
      reasoning_effort: "low",
    });
    await atRest(subject.api, await run());
    assert.deepEqual(model.requests, [
      {
        model: assistant.model,
        instructions: "Be brief.",
        items: [text("user", "Hello")],
        functions: [{ name: "f" }],
        own_tools: [],
        tool_choice: "auto",
        parallel_tool_calls: true,
        response_format: { type: "json_object" },
        reasoning_effort: "low",
        temperature: 0,
        top_p: 0.5,
        max_completion_tokens: null,
      },
    ]);
  });

  it("asks the model as the run says where it says otherwise", async () => {
    const { run } = await subject.scene([says("Hi")], {
      instructions: "Be brief.",
      tools: functionTools("f"),
      reasoning_effort: "low",
    });
    const { name, model } = subject.models.add(says("Other"));
    const fields = {
      model: name,
      instructions: "Be long.",
      tools: functionTools("g"),
      temperature: 2,
      top_p: 0,
      max_prompt_tokens: 256,
      max_completion_tokens: 256,
      truncation_strategy: { type: "last_messages" as const, last_messages: 1 },
      tool_choice: "none" as const,
      parallel_tool_calls: false,
      response_format: { type: "text" as const },
      reasoning_effort: "max" as const,
      metadata: { a: "b" },
    };
    const created = await run(fields);
    const shown = Object.fromEntries(Object.entries(created).filter(([field]) => field in fields));
    assert.deepEqual(shown, fields);
    await atRest(subject.api, created);
    assert.deepEqual(model.requests, [
      {
        model: name,
        instructions: "Be long.",
        items: [text("user", "Hello")],
        functions: [{ name: "g" }],
        own_tools: [],
        tool_choice: "none",
        parallel_tool_calls: false,
        response_format: { type: "text" },
        reasoning_effort: "max",
        temperature: 2,
        top_p: 0,
        max_completion_tokens: 256,
      },
    ]);
  });

  it("offers the model all tools of an assistant, though a run may name fewer of its own", async () => {
    const names = Array.from({ length: 128 }, (_, index) => `f${index}`);
    const { model, run } = await subject.scene([says("Hi")], { tools: functionTools(...names) });
    const ended = await atRest(subject.api, await run());
    assert.deepEqual([ended.status, ended.tools], ["completed", functionTools(...names)]);
    assert.deepEqual(
      model.requests[0]?.functions.map(({ name }) => name),
      names,
    );
  });

  it("leaves the assistant as it was when a run says otherwise", async () => {
    const { assistant, run } = await subject.scene([says("Hi")], { instructions: "Be brief." });
    await atRest(
      subject.api,
      await run({ instructions: "Be long.", tools: functionTools("g"), temperature: 0 }),
    );
    assert.deepEqual(await subject.api.getAssistant({ assistant_id: assistant.id }), assistant);
    const next = await atRest(subject.api, await run());
    assert.deepEqual([next.instructions, next.tools, next.temperature], ["Be brief.", [], 1]);
  });

  it("takes null as what the assistant says", async () => {
    const { assistant, run } = await subject.scene([says("Hi")], {
      instructions: "Be brief.",
      tools: functionTools("f"),
      temperature: 0,
      top_p: 0,
      response_format: { type: "text" },
    });
    const nulls = { model: null, instructions: null, tools: null, temperature: null, top_p: null };
    const created = await run({
      ...nulls,
      response_format: null,
      tool_choice: null,
      truncation_strategy: null,
    });
    const { model, instructions, tools, temperature, top_p, response_format } = created;
    assert.deepEqual(
      { model, instructions, tools, temperature, top_p, response_format },
      Object.fromEntries(
        (["model", "instructions", "tools", "temperature", "top_p", "response_format"] as const).map(
          (field) => [field, assistant[field]],
        ),
      ),
    );
    assert.equal(created.tool_choice, "auto");
    assert.deepEqual(created.truncation_strategy, { type: "auto", last_messages: null });
  });

  it("takes an empty list of tools for the run as none", async () => {
    const { model, run } = await subject.scene([says("Hi")], { tools: functionTools("f") });
    await atRest(subject.api, await run({ tools: [] }));
    assert.deepEqual(model.requests[0]?.functions, []);
  });

  it("adds instructions to those of the assistant", async () => {
    const { model, run } = await subject.scene([says("Hi")], { instructions: "Be brief." });
    const created = await run({ additional_instructions: "Speak French." });
    await atRest(subject.api, created);
    assert.equal(created.instructions, "Be brief.\n\nSpeak French.");
    assert.equal(model.requests[0]?.instructions, created.instructions);
  });

  it("adds instructions to the run's own", async () => {
    const { run } = await subject.scene([says("Hi")], { instructions: "Be brief." });
    const created = await run({ instructions: "Be long.", additional_instructions: "Speak French." });
    assert.equal(created.instructions, "Be long.\n\nSpeak French.");
  });

  it("writes additional messages to the thread before the run, in order", async () => {
    const { model, thread_id, run } = await subject.scene([says("Hi")]);
    const created = await run({
      additional_messages: [
        { role: "user", content: "one", metadata: { a: "b" } },
        { role: "assistant", content: "two" },
        { role: "user", content: [{ type: "text", text: "three" }] },
      ],
    });
    await atRest(subject.api, created);
    assert.deepEqual(model.requests[0]?.items, [
      text("user", "Hello"),
      text("user", "one"),
      text("assistant", "two"),
      text("user", "three"),
    ]);
    const { data } = await subject.api.listMessages({ thread_id, order: "asc", limit: 4 });
    assert.deepEqual(
      data.map(({ role, metadata, run_id }) => ({ role, metadata, run_id })),
      [
        { role: "user", metadata: {}, run_id: null },
        { role: "user", metadata: { a: "b" }, run_id: null },
        { role: "assistant", metadata: {}, run_id: null },
        { role: "user", metadata: {}, run_id: null },
      ],
    );
  });

  it("shows the model only the last messages when the run says so", async () => {
    const { model, run } = await subject.scene();
    const additional_messages = ["1", "2", "3"].map((content) => ({ role: "user" as const, content }));
    const truncation_strategy = { type: "last_messages" as const, last_messages: 2 };
    await atRest(subject.api, await run({ additional_messages, truncation_strategy }));
    assert.deepEqual(model.requests[0]?.items, [text("user", "2"), text("user", "3")]);
  });

  it("counts no messages where the last ones are wanted but no number is given", async () => {
    for (const truncation_strategy of [
      { type: "last_messages" as const },
      { type: "last_messages" as const, last_messages: null },
    ]) {
      const { model, run } = await subject.scene();
      const additional_messages = [{ role: "user" as const, content: "1" }];
      await atRest(subject.api, await run({ additional_messages, truncation_strategy }));
      assert.deepEqual(model.requests[0]?.items, [text("user", "Hello"), text("user", "1")]);
    }
  });

  it("counts no messages where the strategy is auto", async () => {
    const { model, run } = await subject.scene();
    const additional_messages = [{ role: "user" as const, content: "1" }];
    const truncation_strategy = { type: "auto" as const, last_messages: 1 };
    await atRest(subject.api, await run({ additional_messages, truncation_strategy }));
    assert.deepEqual(model.requests[0]?.items, [text("user", "Hello"), text("user", "1")]);
  });

  it("shows no more of them in a later round", async () => {
    const { model, thread_id, run } = await subject.scene([calls({ name: "f" }), says("Done")], {
      tools: functionTools("f"),
    });
    const additional_messages = ["1", "2"].map((content) => ({ role: "user" as const, content }));
    const truncation_strategy = { type: "last_messages" as const, last_messages: 1 };
    const waiting = await atRest(subject.api, await run({ additional_messages, truncation_strategy }));
    const run_id = waiting.id;
    const [tool_call_id = ""] = openCalls(waiting);
    const tool_outputs = [{ tool_call_id, output: "3" }];
    await atRest(subject.api, await subject.api.submitToolOutputsToRun({ thread_id, run_id, tool_outputs }));
    const messages = model.requests.map(({ items }) => items.filter((item) => item.type === "message"));
    assert.deepEqual(messages, [[text("user", "2")], [text("user", "2")]]);
  });

  it("shows the model the newest messages that fit into max_prompt_tokens", async () => {
    const { model, run } = await subject.scene();
    const old = "a".repeat(4000);
    const additional_messages = [old, "new"].map((content) => ({ role: "user" as const, content }));
    await atRest(subject.api, await run({ additional_messages, max_prompt_tokens: 256 }));
    assert.deepEqual(model.requests[0]?.items, [text("user", "new")]);
  });
}

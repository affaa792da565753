/** What the model is asked: built by a real service, seen by the model. */
import assert from "node:assert/strict";
import { newId } from "../../../src/contract/ids.ts";
import type { Run, ToolChoice } from "../../../src/contract/objects.ts";
import type { Request } from "../../../src/contract/requests.ts";
import type { ModelItem } from "../../../src/models/model.ts";
import { newMessage } from "../../../src/service/objects.ts";
import { buildModelRequest, MAX_STEPS, type StoredContent } from "../../../src/service/runs/model-request.ts";
import { calls, ScriptedModel, says } from "../../scripted-model.ts";
import { freshService, openCalls, startRun, TIME, untilRunIs, WEATHER } from "../running-service.ts";
import {
  insertMessage,
  insertRun,
  insertStep,
  insertThread,
  MADE_AT,
  NEW_INTERNAL,
  sampleCallsStep,
  sampleRun,
  sampleThread,
} from "../sample-objects.ts";
import { openStore } from "../store/open-store.ts";

const message = (text: string) => ({ role: "user", content: text }) as const;

const texts = (items: ModelItem<StoredContent>[] = []): string[] =>
  items.flatMap((item) =>
    item.type === "message"
      ? item.content.map((part) => (part.type === "text" ? part.text : part.type))
      : [
          `${item.type} ${item.type === "tool_call" ? item.arguments : item.type === "opaque" ? item.data : item.output}`,
        ],
  );

/** What a model is asked by a run of this request, round by round; every call is answered with "sunny". */
async function askedBy(model: ScriptedModel, request: Partial<Request<"CreateThreadAndRun">>) {
  await using service = await freshService(model);
  let run = await startRun(service.api, request);
  for (;;) {
    run = await untilRunIs(service.api, run, "requires_action", "completed", "failed", "incomplete");
    if (run.status !== "requires_action") return { run, requests: model.requests };
    const tool_outputs = openCalls(run).map((tool_call_id) => ({ tool_call_id, output: "sunny" }));
    await service.api.submitToolOutputsToRun({ thread_id: run.thread_id, run_id: run.id, tool_outputs });
  }
}

const ten = Array.from({ length: 10 }, (_, index) => message(`message ${index}`));

describe("what a model is asked", () => {
  it("is the run's own settings", async () => {
    const settings = {
      model: "other",
      instructions: "Be brief.",
      temperature: 0.5,
      top_p: 0.25,
      max_completion_tokens: 300,
      parallel_tool_calls: false,
      response_format: { type: "json_object" },
      tools: [TIME],
    } as const;
    const { requests } = await askedBy(new ScriptedModel(says("Yes.")), {
      ...settings,
      tools: [TIME],
      thread: { messages: [message("Hello")] },
    });
    const { tools, ...rest } = settings;
    const items = [{ type: "message", role: "user", content: [{ type: "text", text: "Hello" }] }];
    const functions = tools.map((tool) => tool.function);
    assert.deepEqual(requests[0], {
      ...rest,
      items,
      functions,
      own_tools: [],
      tool_choice: "auto",
      reasoning_effort: null,
    });
  });

  it("is the assistant's where the run sets nothing", async () => {
    const { requests } = await askedBy(new ScriptedModel(says("Yes.")), {});
    assert.equal(requests[0]?.model, "scripted");
    assert.deepEqual(requests[0]?.functions, [WEATHER.function, TIME.function]);
    assert.equal(requests[0]?.max_completion_tokens, null);
  });

  it("is the whole conversation, oldest first", async () => {
    const { requests } = await askedBy(new ScriptedModel(says("Yes.")), { thread: { messages: ten } });
    assert.deepEqual(
      texts(requests[0]?.items),
      ten.map(({ content }) => content),
    );
  });

  it("is the calls of this run and their outputs in the next round", async () => {
    const model = new ScriptedModel(calls({ name: "get_weather", arguments: '{"a":1}' }), says("Sunny."));
    const { requests } = await askedBy(model, { thread: { messages: [message("How is it?")] } });
    const called = requests[1]?.items[1];
    const id = called?.type === "tool_call" ? called.id : "";
    assert.deepEqual(requests[1]?.items, [
      { type: "message", role: "user", content: [{ type: "text", text: "How is it?" }] },
      { type: "tool_call", id, name: "get_weather", arguments: '{"a":1}' },
      { type: "tool_output", tool_call_id: id, name: "get_weather", output: "sunny" },
    ]);
  });

  it("is why a call was refused, where it was", async () => {
    const model = new ScriptedModel(calls({ name: "open_door" }), says("I cannot."));
    const { requests, run } = await askedBy(model, {});
    assert.equal(run.status, "completed");
    assert.match(texts(requests[1]?.items).at(-1) ?? "", /no function open_door/);
  });

  it("has fewer tokens left for the answer in the second round", async () => {
    const model = new ScriptedModel(calls({ name: "get_weather" }), says("Sunny."));
    const { requests } = await askedBy(model, { max_completion_tokens: 300 });
    assert.deepEqual(
      requests.map((request) => request.max_completion_tokens),
      [300, 295],
    );
  });
});

describe("truncation", () => {
  it("keeps the last messages that it names", async () => {
    const { requests } = await askedBy(new ScriptedModel(says("Yes.")), {
      thread: { messages: ten },
      truncation_strategy: { type: "last_messages", last_messages: 3 },
    });
    assert.deepEqual(texts(requests[0]?.items), ["message 7", "message 8", "message 9"]);
  });

  it("does not count what the run itself has said and called", async () => {
    const sayAndCall = async function* () {
      yield { type: "text_delta", text: "Let me see." } as const;
      yield { type: "tool_call_delta", index: 0, name: "get_weather", arguments: "{}" } as const;
      yield { type: "finish", reason: "stop" } as const;
    };
    const { requests } = await askedBy(new ScriptedModel(sayAndCall, says("Sunny.")), {
      thread: { messages: ten },
      truncation_strategy: { type: "last_messages", last_messages: 2 },
    });
    assert.deepEqual(texts(requests[1]?.items), [
      "message 8",
      "message 9",
      "Let me see.",
      "tool_call {}",
      "tool_output sunny",
    ]);
  });
});

describe("tool_choice", () => {
  for (const choice of [
    "required",
    { type: "function", function: { name: "get_weather" } },
  ] satisfies ToolChoice[]) {
    it(`${JSON.stringify(choice)} is forced in the first round only`, async () => {
      const model = new ScriptedModel(calls({ name: "get_weather" }), says("Sunny."));
      const { requests } = await askedBy(model, { tool_choice: choice });
      assert.deepEqual(
        requests.map((request) => request.tool_choice),
        [choice, "auto"],
      );
    });
  }

  it("required stays until a function that the run offers has been called", async () => {
    const model = new ScriptedModel(
      calls({ name: "open_door" }),
      calls({ name: "get_weather" }),
      says("Sunny."),
    );
    const { requests } = await askedBy(model, { tool_choice: "required" });
    assert.deepEqual(
      requests.map((request) => request.tool_choice),
      ["required", "required", "auto"],
    );
  });

  it("none stays in every round", async () => {
    const model = new ScriptedModel(calls({ name: "get_weather" }), says("I cannot."));
    const { requests } = await askedBy(model, { tool_choice: "none" });
    assert.deepEqual(
      requests.map((request) => request.tool_choice),
      ["none", "none"],
    );
  });
});

describe("max_prompt_tokens", () => {
  const longText = "word ".repeat(160);

  it("leaves out the oldest messages that do not fit", async () => {
    const { requests } = await askedBy(new ScriptedModel(says("Yes.")), {
      max_prompt_tokens: 256,
      thread: { messages: [message("oldest"), message(longText), message("newest")] },
    });
    assert.deepEqual(texts(requests[0]?.items), ["oldest", longText, "newest"]);
    const { requests: fuller } = await askedBy(new ScriptedModel(says("Yes.")), {
      max_prompt_tokens: 256,
      thread: { messages: [message("oldest"), message(longText), message(longText), message("newest")] },
    });
    assert.deepEqual(texts(fuller[0]?.items), [longText, "newest"]);
  });

  it("counts the instructions", async () => {
    const { requests } = await askedBy(new ScriptedModel(says("Yes.")), {
      max_prompt_tokens: 256,
      instructions: longText,
      thread: { messages: [message(longText), message("newest")] },
    });
    assert.deepEqual(texts(requests[0]?.items), ["newest"]);
  });

  it("ends the run as incomplete when not even the newest message fits, and asks no model", async () => {
    const { run, requests } = await askedBy(new ScriptedModel(says("Yes.")), {
      max_prompt_tokens: 256,
      thread: { messages: [message(longText + longText)] },
    });
    assert.deepEqual([run.status, run.incomplete_details], ["incomplete", { reason: "max_prompt_tokens" }]);
    assert.equal(requests.length, 0);
  });
});

describe("the model's context window", () => {
  const longText = "word ".repeat(160);

  /** What a model with such a window is asked of a thread with these messages. */
  async function askedWithin(contextWindow: number, fields: Partial<Run>, ...contents: string[]) {
    await using open = await openStore();
    const thread = sampleThread();
    const run = sampleRun({ ...fields, thread_id: thread.id, status: "in_progress" });
    const messages = contents.map((content) =>
      insertMessage(newMessage(thread.id, message(content), MADE_AT)),
    );
    await open.store.commit([insertThread(thread), ...messages, insertRun(run)]);
    return texts((await buildModelRequest(open.store, run, NEW_INTERNAL, contextWindow))?.items);
  }

  it("holds the newest messages, and leaves a quarter for the answer", async () => {
    assert.deepEqual(await askedWithin(300, {}, longText, longText, "newest"), [longText, "newest"]);
    assert.deepEqual(await askedWithin(260, {}, longText, longText, "newest"), ["newest"]);
  });

  it("leaves what the run says for the answer", async () => {
    const fields = { max_completion_tokens: 20 };
    assert.deepEqual(await askedWithin(260, fields, longText, longText, "newest"), [longText, "newest"]);
  });

  it("counts the functions", async () => {
    const tools = [{ type: "function", function: { name: "f", description: longText } } as const];
    assert.deepEqual(await askedWithin(300, { tools }, longText, "newest"), ["newest"]);
  });

  it("does not keep the newest message from being asked: the model shall say that it is too long", async () => {
    assert.deepEqual(await askedWithin(100, {}, "oldest", longText), [longText]);
  });
});

describe("a run that goes in circles", () => {
  /** What is asked of a model for a run of so many steps. */
  async function askedAfter(steps: number) {
    await using open = await openStore();
    const run = sampleRun({ status: "in_progress" });
    const made = Array.from({ length: steps }, () => insertStep(sampleCallsStep(run, [newId("call")])));
    await open.store.commit([insertRun(run), ...made]);
    return await buildModelRequest(open.store, run, NEW_INTERNAL);
  }

  it("is asked again as long as it has taken fewer steps than the most", async () => {
    assert.equal((await askedAfter(MAX_STEPS - 1))?.items.length, 2 * (MAX_STEPS - 1));
  });

  it("fails when it has taken the most", async () => {
    await assert.rejects(askedAfter(MAX_STEPS), {
      name: "ModelError",
      code: "server_error",
      message: /500 steps/,
    });
  });
});

describe("what a model keeps", () => {
  it("is asked with its step though less stands in front of it than did", async () => {
    await using open = await openStore();
    const thread = sampleThread();
    const run = sampleRun({ thread_id: thread.id, status: "in_progress" });
    const step = sampleCallsStep(run, []);
    await open.store.commit([insertThread(thread), insertRun(run), insertStep(step)]);
    const kept = [{ step_id: step.id, position: 2, data: "code" }];
    const asked = await buildModelRequest(open.store, run, { ...NEW_INTERNAL, kept });
    assert.deepEqual(asked?.items, [{ type: "opaque", data: "code" }]);
  });
});

/** What servers do that their reference does not say. */
import assert from "node:assert/strict";
import type { ModelItem } from "../../../src/models/model.ts";
import { ask, question } from "./asking.ts";
import { stream, streamed } from "./chat-stream.ts";
import { ollama } from "./upstream/chat-dialects.ts";
import { openai, reasoningOpenai } from "./upstream/responses-dialects.ts";
import { breaksAfter, frame, refuses, says, sends } from "./upstream/upstream.ts";

describe("usage", () => {
  const usage = { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 };

  it("may come with the last choice", async () => {
    const last = { choices: [{ index: 0, delta: {}, finish_reason: "stop" }], usage };
    assert.deepEqual((await streamed([{ content: "Hi" }], null, [last])).usage, usage);
  });

  it("may come after it", async () => {
    assert.deepEqual((await streamed([{ content: "Hi" }], "stop", [{ choices: [], usage }])).usage, usage);
  });

  it("may never come", async () => {
    const outcome = await streamed([{ content: "Hi" }]);
    assert.equal(outcome.usage, null);
    assert.equal(outcome.text, "Hi");
  });
});

describe("what a model thinks aloud", () => {
  for (const name of ["reasoning_content", "reasoning"]) {
    it(`is no part of the answer in ${name}`, async () => {
      assert.equal((await streamed([{ [name]: "Hmm." }, { content: "Hi" }])).text, "Hi");
    });
  }

  it("is no part of the answer between think tags, however they are cut", async () => {
    const pieces = [..."<think>Hmm.</think>\n\nHi, <think>!"].map((content) => ({ content }));
    assert.equal((await streamed(pieces)).text, "Hi, <think>!");
  });

  it("is the answer where its tag is never closed, also when the model ran out of tokens", async () => {
    const pieces = [{ content: "<think>It is sunny, " }, { content: "I would say." }];
    assert.equal((await streamed(pieces)).text, "It is sunny, I would say.");
    assert.equal((await streamed(pieces, "length")).text, "It is sunny, I would say.");
  });

  it("is left alone where servers keep it to themselves", async () => {
    const { text } = await ask(openai, [says({ text: ["<think> is a tag."] })]);
    assert.equal(text, "<think> is a tag.");
  });

  it("is cut out of a whole answer too", async () => {
    const outcome = await ask(ollama, [says({ text: ["<think>Hmm.</think>Hi"] })], { streaming: false });
    assert.equal(outcome.text, "Hi");
  });

  it("shows that the model is at work", async () => {
    const [first] = (await streamed([{ reasoning_content: "Hmm." }, { content: "Hi" }])).events;
    assert.deepEqual(first, { type: "thinking" });
  });

  it("comes back encrypted in the next round, where it stood", async () => {
    const low = { reasoning: "low" } as const;
    const call = { name: "f", arguments: "{}" };
    const answered = await ask(openai, [says({ reasoning: "sealed", calls: [call] })], low);
    const items: ModelItem[] = [
      question(),
      { type: "opaque", data: answered.opaque[0]?.data ?? "" },
      { type: "tool_call", id: "call_1", ...call },
      { type: "tool_output", tool_call_id: "call_1", name: "f", output: "1" },
    ];
    const { seen } = await ask(openai, [says({ text: ["Hi"] })], low, { items });
    assert.deepEqual(seen[0]?.asked.conversation, [
      "user: Hello",
      "reasoning: sealed",
      'call: {"name":"f","arguments":"{}"}',
      "tool: 1",
    ]);
    assert.deepEqual(seen[0]?.body["include"], ["reasoning.encrypted_content"]);
    assert.deepEqual(seen[0]?.body["reasoning"], { effort: "low" });
  });
});

describe("a model that reasons", () => {
  const sampling = { temperature: 0.5, top_p: 0.25, max_completion_tokens: 300 };

  it("of OpenAI is sent no sampling and told to keep nothing, over Chat Completions too", async () => {
    const chat = { ...openai, path: "/v1/chat/completions" };
    const answer = sends(stream([{ content: "Hi" }]));
    const { seen } = await ask(chat, [answer], { wire: "chat", reasoning: "high" }, sampling);
    const { temperature, top_p, reasoning_effort, max_completion_tokens, store } = seen[0]?.body ?? {};
    assert.deepEqual([temperature, top_p, reasoning_effort], [undefined, undefined, "high"]);
    assert.deepEqual([max_completion_tokens, store], [300, false]);
  });

  it("on one's own machine is sent all that it knows", async () => {
    const { seen } = await ask(ollama, [says({ text: ["Hi"] })], { reasoning: "high" }, sampling);
    const { temperature, top_p, reasoning_effort, max_tokens } = seen[0]?.body ?? {};
    assert.deepEqual([temperature, top_p, reasoning_effort, max_tokens], [0.5, 0.25, "high", 300]);
  });

  it("lets an assistant or a run say how hard the model is to think, whatever the settings say", async () => {
    const { seen } = await ask(
      openai,
      [says({ text: ["Hi"] })],
      { reasoning: "off" },
      { reasoning_effort: "xhigh" },
    );
    assert.deepEqual(seen[0]?.body["reasoning"], { effort: "xhigh" });
  });

  for (const reasoning of ["off", "medium"] as const) {
    it(`takes what an assistant asks for by default, with reasoning ${reasoning}`, async () => {
      const defaults = { temperature: 1, top_p: 1, max_completion_tokens: 3 };
      const { text, error } = await ask(reasoningOpenai, [says({ text: ["Hi"] })], { reasoning }, defaults);
      assert.equal(text, "Hi", error?.message);
    });
  }

  it("is known by the settings and not by its name", async () => {
    const { seen } = await ask(openai, [says({ text: ["Hi"] })], { model: "o3-mini" }, sampling);
    assert.equal(seen[0]?.body["model"], "o3-mini");
    assert.equal(seen[0]?.body["temperature"], 0.5);
    assert.ok(!("reasoning" in (seen[0]?.body ?? {})));
  });
});

describe("a server on one's own machine", () => {
  it("is told that calls may be made at once, and keeps its own sampling", async () => {
    const { seen } = await ask(ollama, [says({ text: ["Hi"] })], {}, { temperature: 1, top_p: 1 });
    const { parallel_tool_calls, temperature, top_p } = seen[0]?.body ?? {};
    assert.deepEqual([parallel_tool_calls, temperature, top_p], [true, undefined, undefined]);
  });
});

describe("an answer that is none", () => {
  const page = "<!doctype html><html><body><h1>Sign in to the proxy</h1></body></html>";

  for (const streaming of [true, false]) {
    const asked = streaming ? "streamed" : "as a whole";
    for (const [title, answer, sentence] of [
      ["a page with status 200", sends(page, "text/html"), /check the address.*Sign in to the proxy/],
      [
        "an error in JSON with status 200",
        sends('{"error":{"message":"No such thing.","code":"x"}}', "application/json"),
        /^No such thing\. \(POST/,
      ],
      ["JSON of another kind", sends('{"hello":1}', "application/json"), /not a model's.*hello/],
    ] as const) {
      it(`${title} is said, ${asked}`, async () => {
        const { error, seen } = await ask(ollama, [answer], { streaming });
        assert.equal(error?.code, "server_error");
        assert.match(error?.message ?? "", sentence);
        assert.match(error?.message ?? "", /POST http:\/\/127\.0\.0\.1:\d+\/v1\/chat\/completions.*req_42/);
        assert.equal(seen.length, 1);
      });
    }
  }

  it("may be a whole answer where a stream was asked for", async () => {
    const { error } = await ask(ollama, [
      sends(JSON.stringify(ollama.whole({ text: ["Hi"] })), "application/json"),
    ]);
    assert.match(error?.message ?? "", /switch streaming off/);
  });

  it("may be empty; it is asked for again", async () => {
    const { text, seen } = await ask(ollama, [sends(""), says({ text: ["Hi"] })]);
    assert.equal(text, "Hi");
    assert.equal(seen.length, 2);
  });

  it("may be a stream that just ends, with what was read", async () => {
    const chunk = frame('{"choices":[{"index":0,"delta":{"content":"Half an"},"finish_reason":null}]}');
    const { error, text } = await ask(ollama, [sends(chunk)]);
    assert.equal(text, "Half an");
    assert.match(error?.message ?? "", /broke off before its end.*Half an.*req_42/);
  });

  it("may be a stream that ends before it has begun; it is asked for again", async () => {
    const { text, seen } = await ask(openai, [breaksAfter({}), says({ text: ["Hi"] })]);
    assert.equal(text, "Hi");
    assert.equal(seen.length, 2);
  });

  for (const finish of [null, ""]) {
    it(`may end without a reason: ${JSON.stringify(finish)}`, async () => {
      const reason = { choices: [{ index: 0, delta: {}, finish_reason: finish }] };
      const { error } = await streamed([{ content: "Half" }], null, [reason]);
      assert.match(error?.message ?? "", /broke off before its end/);
    });
  }

  it("may be an error in mid-stream", async () => {
    const chunk = frame('{"choices":[{"index":0,"delta":{"content":"Half"},"finish_reason":null}]}');
    const failing = frame('{"error":{"message":"The runner has stopped.","code":500}}');
    const { error, text } = await ask(ollama, [sends(chunk + failing)]);
    assert.equal(text, "Half");
    assert.match(error?.message ?? "", /^The runner has stopped\./);
  });

  it("may say of itself that it has failed", async () => {
    const failed = {
      type: "response.failed",
      response: { error: { code: "server_error", message: "It broke." } },
    };
    const { error, seen } = await ask(openai, [sends(frame(JSON.stringify(failed)))]);
    assert.match(error?.message ?? "", /^It broke\./);
    assert.equal(seen.length, 3);
  });

  it("may be cut off by its server", async () => {
    const { error } = await streamed([{ content: "Half" }], "abort");
    assert.match(error?.message ?? "", /gave up: abort/);
  });

  it("may end its lines as Windows does", async () => {
    const { text } = await ask(ollama, [sends(stream([{ content: "Hi" }]).replaceAll("\n", "\r\n"))]);
    assert.equal(text, "Hi");
  });

  it("is not at work where only comments come", async () => {
    const refused = refuses({ status: 400, body: "{}" });
    assert.deepEqual((await ask(ollama, [sends(": ping\n\n"), refused])).events, []);
  });

  it("may pause with comments and name its events", async () => {
    const odd = `: ping\n\nevent: chunk\n${stream([{ content: "Hi" }])}`;
    assert.equal((await ask(ollama, [sends(odd)])).text, "Hi");
  });
});

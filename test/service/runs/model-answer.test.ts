import assert from "node:assert/strict";
import type { ModelEvent } from "../../../src/models/model.ts";
import { addToAnswer, addUsage, emptyAnswer } from "../../../src/service/runs/model-answer.ts";

function answerOf(...events: ModelEvent[]) {
  const answer = emptyAnswer();
  for (const event of events) addToAnswer(answer, event);
  return answer;
}

const usage = { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 };

describe("a model's answer", () => {
  it("is empty before the model has said anything", () => {
    assert.deepEqual(answerOf(), {
      text: "",
      calls: new Map(),
      opaque: [],
      usage: null,
      finish: null,
      size: 0,
    });
  });

  it("joins the pieces of its text in order", () => {
    const answer = answerOf({ type: "text_delta", text: "It is " }, { type: "text_delta", text: "sunny." });
    assert.equal(answer.text, "It is sunny.");
  });

  it("puts calls together whose pieces come mixed", () => {
    const { calls } = answerOf(
      { type: "tool_call_delta", index: 1, name: "get_time" },
      { type: "tool_call_delta", index: 0, name: "get_weather", arguments: '{"city"' },
      { type: "tool_call_delta", index: 1, arguments: "{}" },
      { type: "tool_call_delta", index: 0, arguments: ':"Rome"}' },
    );
    assert.deepEqual(calls.get(0), { name: "get_weather", arguments: '{"city":"Rome"}' });
    assert.deepEqual(calls.get(1), { name: "get_time", arguments: "{}" });
  });

  it("keeps the usage and how it ended", () => {
    const answer = answerOf({ type: "usage", usage }, { type: "finish", reason: "length" });
    assert.deepEqual([answer.usage, answer.finish], [usage, "length"]);
  });

  it("remembers what the model keeps, and how much stood before it", () => {
    const { opaque } = answerOf(
      { type: "opaque", data: "first" },
      { type: "text_delta", text: "Let me " },
      { type: "text_delta", text: "see." },
      { type: "tool_call_delta", index: 0, name: "get_time" },
      { type: "thinking" },
      { type: "opaque", data: "second" },
    );
    assert.deepEqual(opaque, [
      { data: "first", position: 0 },
      { data: "second", position: 2 },
    ]);
  });

  for (const [what, endless] of [
    ["text", (piece: string) => ({ type: "text_delta", text: piece })],
    ["arguments", (piece: string) => ({ type: "tool_call_delta", index: 0, arguments: piece })],
  ] as const satisfies [string, (piece: string) => ModelEvent][]) {
    it(`refuses ${what} without end`, () => {
      const piece = endless("x".repeat(1_000_000));
      assert.throws(() => answerOf(...Array.from({ length: 50 }, () => piece)), {
        name: "ModelError",
        code: "server_error",
      });
    });
  }
});

describe("a piece that makes an answer too large", () => {
  for (const [what, event] of [
    ["text", { type: "text_delta", text: "x".repeat(4_000_000) }],
    ["arguments", { type: "tool_call_delta", index: 0, arguments: "x".repeat(4_000_000) }],
    ["kept data", { type: "opaque", data: "x".repeat(4_000_000) }],
  ] as const satisfies [string, ModelEvent][]) {
    it(`is no part of it: ${what}`, () => {
      const answer = answerOf({ type: "text_delta", text: "It is" });
      const before = JSON.stringify(answer).length;
      assert.throws(() => addToAnswer(answer, event), { name: "ModelError", code: "server_error" });
      assert.deepEqual([JSON.stringify(answer).length, answer.calls.size], [before, 0]);
    });
  }
});

describe("a model's answer that says nothing and does not end", () => {
  const endless: [string, (count: number) => ModelEvent][] = [
    ["empty pieces of text", () => ({ type: "text_delta", text: "" })],
    ["empty pieces of one call", () => ({ type: "tool_call_delta", index: 0 })],
    ["calls with empty names", (count) => ({ type: "tool_call_delta", index: count % 1000, name: "" })],
    ["usage", () => ({ type: "usage", usage })],
  ];
  for (const [what, event] of endless) {
    it(`is refused: ${what}`, () => {
      const answer = emptyAnswer();
      const addAll = () => {
        for (let count = 0; count < 10_000_000; count += 1) addToAnswer(answer, event(count));
      };
      assert.throws(addAll, { name: "ModelError", code: "server_error" });
    });
  }
});

describe("the usage of a run", () => {
  it("is the sum of its model calls", () => {
    const more = { prompt_tokens: 10, completion_tokens: 20, total_tokens: 30 };
    const sum = { prompt_tokens: 11, completion_tokens: 22, total_tokens: 33 };
    assert.deepEqual(addUsage(usage, more), sum);
  });

  it("stays as it is where a model does not tell", () => {
    assert.deepEqual(addUsage(usage, null), usage);
  });
});

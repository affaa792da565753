import assert from "node:assert/strict";
import { answerText, toolOutputs, wantsJson } from "../../../nodes/questions/answer-message.ts";
import type { Message, ResponseFormat } from "../../../src/contract/objects.ts";
import { newAssistant, newMessage, newRun } from "../../../src/service/objects.ts";
import { called } from "./tool-calls.ts";

const said = (role: Message["role"], ...texts: string[]): Message =>
  newMessage("thread_1", { role, content: texts.map((text) => ({ type: "text", text })) }, 0);

describe("the text of an answer", () => {
  it("is the last message's", () => {
    assert.equal(answerText([said("assistant", "one"), said("assistant", "two")]), "two");
  });

  it("joins the parts of the message", () => {
    assert.equal(answerText([said("assistant", "one, ", "two")]), "one, two");
  });

  it("is the assistant's, never the question", () => {
    assert.equal(answerText([said("assistant", "answer"), said("user", "question")]), "answer");
  });

  it("is empty where the run wrote nothing", () => {
    assert.equal(answerText([]), "");
  });
});

describe("whether JSON was asked for", () => {
  const assistant = newAssistant({ model: "m" }, 0);
  const run = newRun("thread_1", assistant, { assistant_id: assistant.id }, 0, 600);
  const formats: [ResponseFormat | null, boolean][] = [
    [null, false],
    ["auto", false],
    [{ type: "text" }, false],
    [{ type: "json_object" }, true],
    [{ type: "json_schema", json_schema: { name: "x" } }, true],
  ];
  for (const [response_format, wanted] of formats) {
    it(`${JSON.stringify(response_format)}: ${wanted ? "yes" : "no"}`, () => {
      assert.equal(wantsJson({ ...run, response_format }), wanted);
    });
  }
});

describe("the outputs of the tools", () => {
  it("stand by function in the order of the calls, as the flow gave them", () => {
    const answered = [
      { call: called("1", "b"), answer: { payload: { x: 1 } } },
      { call: called("2", "a"), answer: { payload: undefined } },
      { call: called("3", "b"), answer: { payload: "text" } },
      { call: called("4", "b"), answer: { error: "down" } },
    ];
    assert.deepEqual(toolOutputs(answered), { b: [{ x: 1 }, "text", { error: "down" }], a: [undefined] });
  });

  it("are an empty object where nothing was called", () => {
    assert.deepEqual(toolOutputs([]), {});
  });
});

import assert from "node:assert/strict";
import type { NodeAPI } from "node-red";
import { calledBy, parseArguments, toolMessage } from "../../../nodes/questions/tool-message.ts";
import { type RunningFlow, runFlow } from "../running-flow.ts";
import { called } from "./tool-calls.ts";

const about = { run_id: "run_1", thread_id: "thread_1", node: "run", round: 1 };

describe("the message of a tool call", () => {
  let flow: RunningFlow;
  let RED: NodeAPI;

  before(async () => {
    flow = await runFlow([]);
    RED = flow.RED;
  });
  after(() => flow[Symbol.asyncDispose]());

  it("lets the flow change its payload and keep the arguments in toolCall", () => {
    const message = toolMessage(RED, {}, called("1", "lookUp", '{"deep":{"n":1}}'), about);
    assert.deepEqual(message.payload, message.toolCall.arguments);
    assert.notEqual(message.payload, message.toolCall.arguments);
  });

  it("leaves the question's message as it was", () => {
    const question = {
      _msgid: "q",
      payload: "What?",
      topic: "t",
      thread: { id: "thread_1" },
      toolCall: { id: "0" },
    };
    const before = structuredClone(question);
    toolMessage(RED, question, called("1"), about);
    assert.deepEqual(question, before);
  });

  it("has the outer call as its parent", () => {
    const { toolCall } = toolMessage(RED, { toolCall: { id: "outer" } }, called("1"), about);
    assert.deepEqual(toolCall.parent, { id: "outer" });
  });

  it("has no parent where the question answers no call", () => {
    assert.ok(!("parent" in toolMessage(RED, {}, called("1"), about).toolCall));
  });
});

describe("the arguments of a call", () => {
  for (const [written, expected] of [
    ['{"a":[1]}', { a: [1] }],
    ["", {}],
    [" \n", {}],
    ['{"a":', '{"a":'],
  ] as const) {
    it(`${JSON.stringify(written)} become ${JSON.stringify(expected)}`, () => {
      assert.deepEqual(parseArguments(written), expected);
    });
  }
});

describe("whose call a message is about", () => {
  it("is told by id, run, round and node", () => {
    const toolCall = { id: "1", run_id: "run_1", node: "n", round: 2, function: "f", more: true };
    assert.deepEqual(calledBy({ toolCall }), { id: "1", run_id: "run_1", node: "n", round: 2 });
  });

  for (const toolCall of [undefined, null, "1", 1, {}, { id: "1" }, { id: "1", run_id: "run_1" }]) {
    it(`is not told by ${JSON.stringify(toolCall)}`, () => {
      assert.equal(calledBy({ toolCall }), null);
    });
  }
});

import assert from "node:assert/strict";
import { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import type { NodeMessage, NodeMessageInFlow } from "node-red";
import type { FunctionTool } from "../../src/contract/objects.ts";
import type { ModelRequest } from "../../src/models/model.ts";
import { calls, type Script, says } from "../scripted-model.ts";
import { caughtError } from "./caught-error.ts";
import { catchAll, complete, inbox, run } from "./node-fields.ts";
import { type RunningFlow, runFlow } from "./running-flow.ts";
import { type Served, serveModel } from "./served-model.ts";

const tools: FunctionTool[] = ["lookUp", "add"].map((name) => ({ type: "function", function: { name } }));

/** What the tools told the model, oldest first. */
function outputsIn(request: ModelRequest | undefined): string[] {
  return (request?.items ?? []).flatMap((item) => (item.type === "tool_output" ? [item.output] : []));
}

function question(request: ModelRequest): string {
  const said = request.items.findLast((item) => item.type === "message" && item.role === "user");
  const part = said?.type === "message" ? said.content[0] : undefined;
  return part?.type === "text" ? part.text : "";
}

/** Looks up what was asked for, then says what it was told. */
const looksUpTheQuestion: Script = (request, signal) => {
  const last = request.items.at(-1);
  const script =
    last?.type === "tool_output"
      ? says(last.output)
      : calls({ name: "lookUp", arguments: JSON.stringify({ key: question(request) }) });
  return script(request, signal);
};

const three = calls(
  { name: "lookUp", arguments: '{"key":"a"}' },
  { name: "add", arguments: '{"numbers":[1,2]}' },
  { name: "lookUp", arguments: '{"key":"b"}' },
);
const one = calls({ name: "lookUp", arguments: '{"key":"a"}' });

const nodes = [
  run(),
  inbox("answers"),
  inbox("calls"),
  inbox("caught"),
  inbox("completed"),
  catchAll(),
  complete("run"),
];

describe("the tool loop", () => {
  let served: Served;
  let flow: RunningFlow;

  async function ask(scripts: Script[], msg: NodeMessage = {}): Promise<void> {
    served = await serveModel(scripts);
    flow = await runFlow([served.config, ...nodes], { credentials: served.credentials });
    flow.send("run", {
      payload: "What?",
      assistant: await served.api.createAssistant({ model: "m", tools }),
      ...msg,
    });
  }

  /** Another question on a thread of its own, to its answer: what came before has had its effect by then. */
  async function askAnother(): Promise<void> {
    const [assistant] = (await served.api.listAssistants({})).data;
    flow.send("run", { payload: "And?", assistant });
    await flow.inbox("answers").next();
  }

  const sent = (count: number) => flow.inbox("calls").take(count);
  const answer = () => flow.inbox("answers").next();
  const reply = (call: NodeMessageInFlow | undefined, payload: unknown) =>
    flow.send("run", { ...call, payload });
  const counted = (operation: string) => served.calls.filter((name) => name === operation).length;

  afterEach(async () => {
    await flow[Symbol.asyncDispose]();
    await served[Symbol.asyncDispose]();
  });

  describe("a call", () => {
    it("is a message about one function, with its arguments", async () => {
      await ask([three, says("Done.")]);
      const about = (await sent(3)).map(({ topic, payload }) => [topic, payload]);
      assert.deepEqual(about, [
        ["lookUp", { key: "a" }],
        ["add", { numbers: [1, 2] }],
        ["lookUp", { key: "b" }],
      ]);
    });

    it("says in toolCall which call it is", async () => {
      await ask([one, says("Done.")]);
      const [call] = await sent(1);
      const [assistant] = (await served.api.listAssistants({})).data;
      assert.ok(assistant && typeof call?.["toolCall"] === "object" && call["toolCall"] !== null);
      const { id, run_id, thread_id, ...rest } = { id: "", run_id: "", thread_id: "", ...call["toolCall"] };
      const { required_action } = await served.api.getRun({ thread_id, run_id });
      assert.equal(required_action?.submit_tool_outputs.tool_calls[0]?.id, id);
      assert.deepEqual(rest, { function: "lookUp", arguments: { key: "a" }, node: "run", round: 1 });
    });

    it("is a copy of the question's message without what would make it another question", async () => {
      const req = new IncomingMessage(new Socket());
      const extra = {
        user: { name: "Ada" },
        req,
        run: {},
        messages: [],
        toolOutputs: {},
        error: {},
        cancel: false,
      };
      await ask([one, says("Done.")], { _msgid: "question", ...extra });
      const [call] = await sent(1);
      assert.deepEqual(Object.keys(call ?? {}).sort(), [
        "_msgid",
        "payload",
        "req",
        "toolCall",
        "topic",
        "user",
      ]);
      assert.ok(call?.["user"] !== extra.user && call?.["req"] === req);
      assert.deepEqual(call?.["user"], extra.user);
    });

    it("has a message id of its own", async () => {
      await ask([three, says("Done.")], { _msgid: "question" });
      const ids = (await sent(3)).map(({ _msgid }) => _msgid);
      assert.equal(new Set([...ids, "question", undefined]).size, 5);
    });
  });

  describe("the answers of the flow", () => {
    for (const order of [
      [0, 1, 2],
      [2, 1, 0],
      [1, 2, 0],
    ]) {
      it(`are submitted once, in the order of the calls, when they come as ${order}`, async () => {
        await ask([three, says("Done.")]);
        const sentCalls = await sent(3);
        for (const place of order) reply(sentCalls[place], `answer ${place}`);
        const { toolOutputs } = await answer();
        assert.equal(counted("submitToolOutputsToRun"), 1);
        assert.deepEqual(outputsIn(served.model.requests[1]), ["answer 0", "answer 1", "answer 2"]);
        assert.deepEqual(toolOutputs, { lookUp: ["answer 0", "answer 2"], add: ["answer 1"] });
      });
    }

    it("go to the model as JSON where they are no text, and into toolOutputs as they are", async () => {
      await ask([three, says("Done.")]);
      const sentCalls = await sent(3);
      const payloads = [{ city: "Köln" }, 3, null];
      for (const [place, payload] of payloads.entries()) reply(sentCalls[place], payload);
      const { toolOutputs } = await answer();
      assert.deepEqual(outputsIn(served.model.requests[1]), ['{"city":"Köln"}', "3", "null"]);
      assert.deepEqual(toolOutputs, { lookUp: [{ city: "Köln" }, null], add: [3] });
    });

    const circular: Record<string, unknown> = {};
    circular["self"] = circular;
    for (const [title, payload, warning] of [
      ["nothing", undefined, /warning\.output_empty$/],
      ["what cannot be written as JSON", circular, /warning\.output_circular$/],
    ] as const) {
      it(`tell the model and the author where a function gave ${title}`, async () => {
        await ask([one, says("Done.")]);
        reply((await sent(1))[0], payload);
        await answer();
        assert.match(outputsIn(served.model.requests[1])[0] ?? "", /"error":".*lookUp/);
        const warnings = flow.logged().warnings.map(({ id, msg }) => [id, String(msg)]);
        assert.equal(warnings.length, 1);
        assert.equal(warnings[0]?.[0], "run");
        assert.match(warnings[0]?.[1] ?? "", warning);
      });
    }

    it("count once: a second answer to a call is dropped", async () => {
      await ask([three, says("Done.")]);
      const sentCalls = await sent(3);
      reply(sentCalls[0], "first");
      reply(sentCalls[0], "second");
      reply(sentCalls[1], "x");
      reply(sentCalls[2], "y");
      await answer();
      assert.deepEqual(outputsIn(served.model.requests[1]), ["first", "x", "y"]);
    });

    it("ask no new question when they come after the end", async () => {
      await ask([one, says("Done.")]);
      const [call] = await sent(1);
      reply(call, "in time");
      await answer();
      reply(call, "late");
      flow.send("run", { _msgid: call?._msgid, payload: "late, and nothing but its id left" });
      await askAnother();
      assert.equal(counted("createRun"), 2);
      assert.equal(flow.inbox("caught").arrived.length, 0);
    });

    it("are known by their message's id where a Function made a new object", async () => {
      await ask([one, says("Done.")]);
      const [call] = await sent(1);
      flow.send("run", { _msgid: call?._msgid, payload: "84f" });
      await answer();
      assert.deepEqual(outputsIn(served.model.requests[1]), ["84f"]);
      assert.equal(counted("createRun"), 1);
    });
  });

  it("goes through several rounds", async () => {
    const second = calls({ name: "lookUp", arguments: '{"key":"second"}' });
    await ask([three, second, says("Done.")]);
    for (const call of await sent(3)) reply(call, "first round");
    const [again] = await sent(1);
    assert.ok(typeof again?.["toolCall"] === "object" && again["toolCall"] !== null);
    assert.equal({ round: 0, ...again["toolCall"] }.round, 2);
    reply(again, "second round");
    const { toolOutputs } = await answer();
    assert.deepEqual(toolOutputs, {
      lookUp: ["first round", "first round", "second round"],
      add: ["first round"],
    });
  });

  it("gives up a run that goes in circles, and cancels it", async () => {
    await ask([one]);
    for (let round = 1; round <= 10; round += 1) reply((await sent(1))[0], "again");
    assert.equal((await caughtError(flow)).code, "too_many_rounds");
    assert.equal(counted("cancelRun"), 1);
  });

  it("keeps questions apart that are asked at once", async () => {
    const keys = ["a", "b", "c", "d", "e", "f"];
    await ask([looksUpTheQuestion], { payload: "first" });
    const [assistant] = (await served.api.listAssistants({})).data;
    for (const key of keys) flow.send("run", { _msgid: key, payload: key, assistant });
    for (const call of (await sent(keys.length + 1)).toReversed()) {
      const { key } = { key: "", ...(typeof call.payload === "object" ? call.payload : {}) };
      reply(call, `value of ${key}`);
    }
    const answers = await flow.inbox("answers").take(keys.length + 1);
    const pairs = answers
      .map(({ _msgid, payload }) => [_msgid, payload])
      .filter(([id]) => keys.includes(String(id)));
    assert.deepEqual(
      pairs.sort(),
      keys.map((key) => [key, `value of ${key}`]),
    );
  });

  it("completes once for a question and never for the answer to a call", async () => {
    await ask([three, looksUpTheQuestion], { _msgid: "question" });
    for (const call of await sent(3)) reply(call, "x");
    await answer();
    const [assistant] = (await served.api.listAssistants({})).data;
    flow.send("run", { _msgid: "another", payload: "And?", assistant });
    reply((await sent(1))[0], "y");
    const completed = await flow.inbox("completed").take(2);
    assert.deepEqual(
      completed.map(({ _msgid }) => _msgid),
      ["question", "another"],
    );
    assert.equal(flow.inbox("completed").arrived.length, 2);
  });

  it("shows whether it waits for the model or for the flow", async () => {
    served = await serveModel([one, says("Done.")]);
    flow = await runFlow([served.config, ...nodes], { credentials: served.credentials });
    const statuses = flow.statuses("run");
    flow.send("run", {
      payload: "What?",
      assistant: await served.api.createAssistant({ model: "m", tools }),
    });
    reply((await sent(1))[0], "x");
    await answer();
    const shown = statuses.map(({ fill, shape, text }) => `${fill} ${shape} ${text?.split(".").at(-1)}`);
    assert.deepEqual(shown, [
      "blue dot running",
      "yellow ring tools",
      "blue dot running",
      "green dot answered",
    ]);
  });
});

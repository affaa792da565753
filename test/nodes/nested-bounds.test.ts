import assert from "node:assert/strict";
import type { NodeMessageInFlow } from "node-red";
import { hangs, type Script, says } from "../scripted-model.ts";
import { callsForEver, callsOnce, each, StartedRuns, tool } from "./asking-assistants.ts";
import { caughtError } from "./caught-error.ts";
import { catchAll, complete, type FlowNode, inbox, message, run } from "./node-fields.ts";
import { type RunningFlow, runFlow } from "./running-flow.ts";
import { type Served, serveModel } from "./served-model.ts";

const ends = ["answers", "calls", "caught", "completed"].map(inbox);

let served: Served;
let flow: RunningFlow;
let runs: StartedRuns;

async function start(nodes: FlowNode[], scripts: Script[]): Promise<void> {
  served = await serveModel(scripts);
  runs = new StartedRuns(served.api);
  flow = await runFlow([served.config, ...nodes, ...ends], { credentials: served.credentials });
}

/** An assistant of that name with one function, which its script finds first. */
async function assistant(instructions: string): Promise<string> {
  const made = await served.api.createAssistant({ model: "m", instructions, tools: [tool("ask")] });
  return made.id;
}

const asked = (instructions: string) =>
  served.model.requests.filter((request) => request.instructions === instructions).length;

describe("a question that a tool call asks", () => {
  afterEach(async () => {
    await flow[Symbol.asyncDispose]();
    await served[Symbol.asyncDispose]();
  });

  /** An expert that is asked by the chief's tool calls. */
  const expert = (fields: object = {}) =>
    run({ id: "expert", assistantType: "flow", assistant: "expert", wires: [["run"], []], ...fields });
  const chief = (fields: object = {}) => run({ wires: [["answers"], ["expert"]], ...fields });

  async function ask(nodes: FlowNode[], scripts: Record<string, Script>, msg: object = {}): Promise<void> {
    await start([...nodes, complete("run")], [each(scripts)]);
    flow
      .node("run")
      .context()
      .flow.set("expert", await assistant("expert"));
    flow.send("run", { _msgid: "question", payload: "What?", assistant: await assistant("chief"), ...msg });
  }

  const caughtByRun: FlowNode = { ...catchAll(), wires: [["run", "caught"]] };

  it("counts its model calls with those of the question above it", async () => {
    const nodes = [chief({ maxModelCalls: 2 }), expert({ maxModelCalls: 50 }), catchAll()];
    await ask(nodes, { chief: callsForEver, expert: says("84f") });
    assert.equal((await caughtError(flow)).code, "too_many_model_calls");
    assert.deepEqual([asked("chief"), asked("expert")], [1, 1]);
    assert.deepEqual(await runs.statuses(), ["cancelled", "completed"]);
  });

  it("may not be nested deeper than its own node allows, and then asks no model", async () => {
    await ask([chief(), expert({ maxDepth: 1 }), caughtByRun], { chief: callsOnce, expert: says("84f") });
    assert.equal((await caughtError(flow)).code, "nested_too_deep");
    await flow.inbox("answers").next();
    assert.deepEqual([asked("chief"), asked("expert")], [2, 0]);
  });

  describe("about the thread that waits for it", () => {
    const onThread = { thread: "thread", threadType: "flow" };

    async function askOnThread(nodes: FlowNode[]): Promise<void> {
      await start(nodes, [each({ chief: callsOnce, expert: says("84f") })]);
      const { id } = await served.api.createThread({});
      const context = flow.node("run").context().flow;
      context.set("thread", id);
      context.set("expert", await assistant("expert"));
      flow.send("run", { _msgid: "question", payload: "What?", assistant: await assistant("chief") });
      assert.equal((await caughtError(flow)).code, "thread_held");
      await flow.inbox("answers").next();
      assert.equal(flow.inbox("caught").arrived.length, 1);
      assert.deepEqual([asked("chief"), asked("expert")], [2, 0]);
      assert.deepEqual(await runs.statuses(), ["completed"]);
      const texts = (await served.api.listMessages({ thread_id: id })).data.map(({ role }) => role);
      assert.deepEqual(texts, ["assistant", "user"]);
    }

    it("is refused by a run node", () => askOnThread([chief(onThread), expert(onThread), caughtByRun]));

    it("is refused by a message node", () => {
      const says = message({ ...onThread, wires: [["expert"]] });
      return askOnThread([
        chief({ ...onThread, wires: [["answers"], ["message"]] }),
        says,
        expert(),
        caughtByRun,
      ]);
    });
  });

  describe("is cancelled, its model stopped, and goes to Catch: call_settled", () => {
    it("when its call times out", async () => {
      const { script, stopped } = hangs("Well");
      await ask([chief({ toolTimeout: 0.5 }), expert(), catchAll()], { chief: callsOnce, expert: script });
      await stopped;
      assert.equal((await caughtError(flow)).code, "call_settled");
      const { payload } = await flow.inbox("answers").next();
      assert.match(String(payload), /no answer within 0\.5 s/);
      assert.deepEqual(await runs.statuses(), ["completed", "cancelled"]);
      assert.deepEqual([asked("chief"), asked("expert")], [2, 1]);
      assert.equal(flow.inbox("caught").arrived.length, 1);
    });

    it("when another has answered its call", async () => {
      const { script, started, stopped } = hangs("Well");
      const nodes = [chief({ wires: [["answers"], ["expert", "calls"]] }), expert(), catchAll()];
      await ask(nodes, { chief: callsOnce, expert: script });
      await started;
      flow.send("run", { ...(await flow.inbox("calls").next()), payload: "sooner" });
      await stopped;
      assert.equal((await caughtError(flow)).code, "call_settled");
      assert.equal((await flow.inbox("answers").next()).payload, "sooner");
      assert.deepEqual(await runs.statuses(), ["completed", "cancelled"]);
    });

    it("when the run above it is cancelled from elsewhere", async () => {
      const { script, started, stopped } = hangs("Well");
      const nodes = [chief({ wires: [["answers"], ["expert", "calls"]] }), expert(), catchAll()];
      await ask(nodes, { chief: callsOnce, expert: script });
      await started;
      const { run_id, thread_id } = callOf(await flow.inbox("calls").next());
      await served.api.cancelRun({ run_id, thread_id });
      await stopped;
      const codes = [(await caughtError(flow)).code, (await caughtError(flow)).code];
      assert.deepEqual(codes.sort(), ["call_settled", "run_cancelled"]);
      assert.deepEqual(await runs.statuses(), ["cancelled", "cancelled"]);
      assert.deepEqual([asked("chief"), asked("expert")], [1, 1]);
    });

    it("two levels down as well", async () => {
      const { script, started, stopped } = hangs("Well");
      const nodes = [
        chief({ wires: [["answers"], ["expert", "calls"]] }),
        expert({ wires: [["run"], ["third"]] }),
        expert({ id: "third", assistant: "third", wires: [["expert"], []] }),
        catchAll(),
      ];
      await start(nodes, [each({ chief: callsOnce, expert: callsOnce, third: script })]);
      const context = flow.node("run").context().flow;
      for (const name of ["expert", "third"]) context.set(name, await assistant(name));
      flow.send("run", { _msgid: "question", payload: "What?", assistant: await assistant("chief") });
      await started;
      flow.send("run", { ...(await flow.inbox("calls").next()), payload: "sooner" });
      await stopped;
      const codes = [(await caughtError(flow)).code, (await caughtError(flow)).code];
      assert.deepEqual(codes, ["call_settled", "call_settled"]);
      assert.equal((await flow.inbox("answers").next()).payload, "sooner");
      assert.deepEqual(await runs.statuses(), ["completed", "cancelled", "cancelled"]);
    });
  });

  it("asks no model when its call is settled already", async () => {
    const nodes = [chief({ toolTimeout: 0.05, wires: [["answers"], ["calls"]] }), expert(), catchAll()];
    await ask(nodes, { chief: callsOnce, expert: says("84f") });
    await flow.inbox("answers").next();
    flow.send("expert", await flow.inbox("calls").next());
    assert.equal((await caughtError(flow)).code, "call_settled");
    assert.deepEqual([asked("chief"), asked("expert")], [2, 0]);
    assert.deepEqual(await runs.statuses(), ["completed"]);
  });
});

function callOf(msg: NodeMessageInFlow): { run_id: string; thread_id: string } {
  const call = msg["toolCall"];
  assert.ok(typeof call === "object" && call !== null && "run_id" in call && "thread_id" in call);
  return { run_id: String(call.run_id), thread_id: String(call.thread_id) };
}

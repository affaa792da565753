import assert from "node:assert/strict";
import { fails, type Script, says } from "../scripted-model.ts";
import { callsOnce, each, outputsIn, StartedRuns, tool } from "./asking-assistants.ts";
import { catchAll, complete, type FlowNode, functionNode, inbox, message, run } from "./node-fields.ts";
import { type RunningFlow, runFlow } from "./running-flow.ts";
import { type Served, serveModel } from "./served-model.ts";

const ends = ["answers", "calls", "caught", "completed"].map(inbox);
const broken = fails(new Error("No model today."));

/** A Catch node that leads there, and to the inbox. */
const caughtTo = (...ids: string[]): FlowNode => ({ ...catchAll(), wires: [[...ids, "caught"]] });

describe("a question that fails", () => {
  let served: Served;
  let flow: RunningFlow;
  let runs: StartedRuns;
  let assistants: Record<string, string>;

  async function start(nodes: FlowNode[], ...scripts: Script[]): Promise<void> {
    served = await serveModel(scripts);
    runs = new StartedRuns(served.api);
    assistants = {};
    for (const instructions of ["A", "B", "C"]) {
      const made = await served.api.createAssistant({ model: "m", instructions, tools: [tool("lookUp")] });
      assistants[instructions] = made.id;
    }
    const given = nodes.map((node) =>
      node["assistantType"] === "str" ? { ...node, assistant: assistants[String(node["assistant"])] } : node,
    );
    flow = await runFlow([served.config, ...given, ...ends], { credentials: served.credentials });
  }

  /** Asks, and another question when the first has been dropped; both come to nothing. */
  async function askTwice(): Promise<void> {
    for (const _msgid of ["first", "second"]) {
      flow.send("run", { _msgid, payload: "What?" });
      // It is handled when it is dropped, and not before.
      await flow.inbox("completed").next();
    }
  }

  const A = (fields: object = {}) =>
    run({ assistant: "A", assistantType: "str", ...fields, wires: [["answers"], ["calls"]] });
  const B = (fields: object = {}) => ({ ...A(fields), id: "B", ...fields, assistant: "B" });
  const ids = (id: string) => flow.inbox(id).arrived.map(({ _msgid }) => _msgid);
  const models = () => served.model.requests.map(({ instructions }) => instructions);
  const warnings = () =>
    flow.logged().warnings.map(({ id, msg }) => [id, String(msg).split(":runtime.").at(-1)]);
  const dropped = (id: string) => [id, "warning.question_dropped"];

  afterEach(async () => {
    await flow[Symbol.asyncDispose]();
    await served[Symbol.asyncDispose]();
  });

  describe("and is wired back by a Catch", () => {
    for (const retries of [undefined, 0, 2] as const) {
      const attempts = 1 + (retries ?? 0);
      const fields = retries === undefined ? {} : { retries };

      it(`is asked ${attempts} times where the node says ${retries} retries, then dropped`, async () => {
        await start([A(fields), caughtTo("run"), complete("run")], broken);
        const statuses = flow.statuses("run");
        await askTwice();
        assert.deepEqual(models(), Array(2 * attempts).fill("A"));
        assert.deepEqual(ids("caught"), [
          ...Array(attempts).fill("first"),
          ...Array(attempts).fill("second"),
        ]);
        assert.deepEqual(ids("answers"), []);
        assert.deepEqual(warnings(), [dropped("run"), dropped("run")]);
        assert.match(statuses.at(-1)?.text ?? "", /status\.dropped$/);
        assert.deepEqual(await runs.statuses(), Array(2 * attempts).fill("failed"));
      });
    }

    it("is answered when a retry succeeds, without a trace of the error", async () => {
      await start([A({ retries: 2 }), caughtTo("run"), complete("run")], broken, broken, says("84f"));
      flow.send("run", { _msgid: "question", payload: "What?" });
      const answer = await flow.inbox("answers").next();
      assert.deepEqual([answer.payload, answer._msgid, answer["error"]], ["84f", "question", undefined]);
      await flow.inbox("completed").next();
      assert.deepEqual(ids("completed"), ["question"]);
      assert.deepEqual(await runs.statuses(), ["failed", "failed", "completed"]);
    });

    it("is asked again on its thread, and does not stand there twice where a message node wrote it", async () => {
      const nodes = [message({ wires: [["run"]] }), A({ retries: 1 }), caughtTo("run")];
      await start(nodes, broken, says("84f"));
      const { id: thread } = await served.api.createThread({});
      flow.send("message", { payload: "What?", thread });
      await flow.inbox("answers").next();
      const { data } = await served.api.listMessages({ thread_id: thread });
      assert.deepEqual(
        data.map(({ role }) => role),
        ["assistant", "user"],
      );
    });

    it("is dropped where it could not even be begun", async () => {
      const nodes = [run(), caughtTo("run"), complete("run")];
      await start(nodes, says("never"));
      await askTwice();
      assert.deepEqual(ids("caught"), ["first", "second"]);
      assert.equal(served.model.requests.length, 0);
    });

    it("is dropped where a Function on the way lost all but its id and its payload", async () => {
      // Without a bound this would not end by itself.
      const attempts = Array<Script>(12).fill(broken);
      const nodes = [
        A(),
        caughtTo("anew"),
        functionNode("anew", "return { payload: msg.payload };", { wires: [["run"]] }),
        complete("run"),
      ];
      await start(nodes, ...attempts, says("84f"));
      flow.send("run", { _msgid: "question", payload: "What?" });
      await flow.inbox("completed").next();
      assert.deepEqual(models(), ["A"]);
    });
  });

  describe("here, but not at another run node", () => {
    it("is answered by the other", async () => {
      await start([A(), B(), caughtTo("B")], each({ A: broken, B: says("84f") }));
      flow.send("run", { _msgid: "question", payload: "What?" });
      const answer = await flow.inbox("answers").next();
      assert.deepEqual([answer.payload, answer._msgid, answer["error"]], ["84f", "question", undefined]);
      assert.deepEqual(models(), ["A", "B"]);
      assert.deepEqual(ids("caught"), ["question"]);
      assert.deepEqual(await runs.statuses(), ["failed", "completed"]);
    });

    it("is dropped when that fails too", async () => {
      await start([A(), B(), caughtTo("B"), complete("B")], each({ A: broken, B: broken }));
      await askTwice();
      assert.deepEqual(models(), ["A", "B", "A", "B"]);
      assert.deepEqual(ids("caught"), ["first", "first", "second", "second"]);
      assert.deepEqual(warnings(), [dropped("B"), dropped("B")]);
    });

    it("is asked once more at most at each when every failure comes back to both", async () => {
      await start([A(), B(), caughtTo("run", "B"), complete("run")], each({ A: broken, B: broken }));
      flow.send("run", { _msgid: "question", payload: "What?" });
      // It comes back to A after A's failure, after B's, which A may answer, and after A's second.
      await flow.inbox("caught").take(3);
      await flow.inbox("completed").take(2);
      flow.send("run", { _msgid: "another", payload: "What?" });
      await flow.inbox("caught").take(3);
      await flow.inbox("completed").take(2);
      assert.deepEqual(models(), ["A", "B", "A", "A", "B", "A"]);
      assert.equal(ids("caught").length, 6);
      assert.deepEqual(await runs.statuses(), Array(6).fill("failed"));
    });
  });

  it("beside another of the same message id has retries of its own", async () => {
    const nodes = [
      functionNode("both", "return [[{ payload: 1 }, { payload: 2 }]];", { wires: [["run"]] }),
      A({ retries: 1 }),
      caughtTo("run"),
      complete("run"),
    ];
    await start(nodes, broken);
    flow.send("both", { _msgid: "both" });
    await flow.inbox("completed").take(2);
    assert.equal(served.model.requests.length, 4);
    assert.equal(flow.inbox("caught").arrived.length, 4);
  });

  it("in a tool of a tool answers the call it was asked for, and is no question of a third node", async () => {
    const nested = (id: string, assistant: string, back: string, tools: string[]) => ({
      ...A(),
      id,
      assistant,
      wires: [[back], tools],
    });
    const nodes = [
      nested("run", "A", "answers", ["B"]),
      nested("B", "B", "run", ["C"]),
      nested("C", "C", "B", []),
      caughtTo("run", "B", "C"),
    ];
    await start(nodes, each({ A: callsOnce, B: callsOnce, C: broken }));
    flow.send("run", { _msgid: "question", payload: "What?" });
    const { payload } = await flow.inbox("answers").next();
    assert.match(String(payload), /run_failed/);
    assert.deepEqual(models(), ["A", "B", "C", "B", "A"]);
    assert.equal(flow.inbox("caught").arrived.length, 1);
    assert.deepEqual(await runs.statuses(), ["completed", "completed", "failed"]);
  });

  it("at any other node is none for the run node: it is dropped", async () => {
    const nodes = [
      functionNode("before", 'throw new Error("No question");', { wires: [["run"]] }),
      A({ retries: 5 }),
      caughtTo("run"),
      complete("run"),
    ];
    await start(nodes, says("never"));
    flow.send("before", { _msgid: "question", payload: "What?" });
    await flow.inbox("completed").next();
    assert.deepEqual(ids("caught"), ["question"]);
    assert.deepEqual(warnings(), [dropped("run")]);
    assert.equal(served.model.requests.length, 0);
    assert.deepEqual(served.calls, []);
  });

  describe("has a Catch on its tab beside the tool loop", () => {
    const loop = (func: string, fields: object = {}) => [
      { ...A(fields), wires: [["answers"], ["tool"]] },
      functionNode("tool", func, { wires: [["run"]] }),
    ];

    it("that hears nothing of what goes well", async () => {
      await start([...loop('msg.payload = "84f"; return msg;'), caughtTo()], callsOnce);
      flow.send("run", { _msgid: "question", payload: "What?" });
      assert.equal((await flow.inbox("answers").next()).payload, "84f");
      assert.deepEqual(ids("caught"), []);
    });

    it("that hears of a tool's failure, while the question has its answer", async () => {
      const nodes = [...loop('throw new Error("No such city");', { toolTimeout: 0.1 }), caughtTo()];
      await start(nodes, callsOnce);
      flow.send("run", { _msgid: "question", payload: "What?" });
      await flow.inbox("answers").next();
      assert.equal(flow.inbox("caught").arrived.length, 1);
      assert.match(outputsIn(served.model.requests[1]).join(), /no answer within/);
    });

    it("that answers a tool's failure and drops a question's where it leads to the run node", async () => {
      const failsWhenTold: Script = (request, signal) =>
        (request.items.at(-1)?.type === "tool_output" ? broken : callsOnce)(request, signal);
      const nodes = [...loop('throw new Error("No such city");'), caughtTo("run"), complete("run")];
      await start(nodes, failsWhenTold);
      flow.send("run", { _msgid: "question", payload: "What?" });
      await flow.inbox("completed").next();
      assert.match(outputsIn(served.model.requests[1]).join(), /No such city/);
      assert.equal(served.model.requests.length, 2);
      assert.equal(flow.inbox("caught").arrived.length, 2);
      assert.equal(ids("caught").at(-1), "question");
      assert.deepEqual(await runs.statuses(), ["failed"]);
    });
  });
});

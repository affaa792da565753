import assert from "node:assert/strict";
import { calls, type Script, says } from "../scripted-model.ts";
import { callsForEver, callsOnce, outputsIn, StartedRuns, tool } from "./asking-assistants.ts";
import { caughtError } from "./caught-error.ts";
import { catchAll, complete, type FlowNode, functionNode, inbox, run } from "./node-fields.ts";
import { type RunningFlow, runFlow } from "./running-flow.ts";
import { type Served, serveModel } from "./served-model.ts";

const ends = ["answers", "calls", "caught", "completed"].map(inbox);
const answers = functionNode("tool", 'msg.payload = "done"; return msg;', { wires: [["run"]] });
const toTool = (fields: object = {}) => run({ wires: [["answers"], ["tool"]], ...fields });

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

const arrivals = (id: string, _msgid: string) =>
  flow.inbox(id).arrived.filter((msg) => msg._msgid === _msgid).length;
/** The last thing that comes of a question, also after what its nested ones leave behind. */
async function caughtQuestion(_msgid: string): Promise<string> {
  for (;;) {
    const { _msgid: id, error } = await flow.inbox("caught").next();
    if (id !== _msgid) continue;
    assert.ok(typeof error === "object" && error !== null && "code" in error);
    return String(error.code);
  }
}

describe("the bounds of a question", () => {
  afterEach(async () => {
    await flow[Symbol.asyncDispose]();
    await served[Symbol.asyncDispose]();
  });

  describe("a step", () => {
    for (const [fields, limit] of [
      [{}, 32],
      [{ maxCalls: 2 }, 2],
    ] as const) {
      it(`has at most ${limit} calls; the model is told of the rest, and the flow is not`, async () => {
        const many = Array.from({ length: limit + 3 }, () => ({ name: "ask" }));
        await start(
          [toTool({ ...fields, wires: [["answers"], ["tool", "calls"]] }), answers],
          [calls(...many), says("Done.")],
        );
        flow.send("run", { payload: "What?", assistant: await assistant("a") });
        await flow.inbox("answers").next();
        assert.equal(flow.inbox("calls").arrived.length, limit);
        const outputs = outputsIn(served.model.requests[1]);
        const refused = `{"error":"At most ${limit} functions may be called at once."}`;
        assert.deepEqual(outputs, [...Array(limit).fill("done"), refused, refused, refused]);
        assert.equal(served.model.requests.length, 2);
      });
    }

    it("keeps the answers of the calls that went out when others were refused", async () => {
      await start([run({ maxCalls: 1 })], [calls({ name: "ask" }, { name: "ask" }), says("Done.")]);
      flow.send("run", { payload: "What?", assistant: await assistant("a") });
      flow.send("run", { ...(await flow.inbox("calls").next()), payload: "first" });
      const { toolOutputs } = await flow.inbox("answers").next();
      const error = "At most 1 functions may be called at once.";
      assert.deepEqual(toolOutputs, { ask: ["first", { error }] });
    });
  });

  describe("a model that calls for ever", () => {
    for (const [title, fields, requests, code] of [
      ["10 rounds", {}, 11, "too_many_rounds"],
      ["as many rounds as the node says", { maxRounds: 2 }, 3, "too_many_rounds"],
      ["as many model calls as the node says", { maxModelCalls: 4 }, 4, "too_many_model_calls"],
      ["50 model calls", { maxRounds: 1000 }, 50, "too_many_model_calls"],
    ] as const) {
      it(`is given up after ${title}: ${code}`, async () => {
        await start([toTool(fields), answers, catchAll(), complete("run")], [callsForEver]);
        flow.send("run", { _msgid: "question", payload: "What?", assistant: await assistant("a") });
        assert.equal((await caughtError(flow)).code, code);
        assert.deepEqual(await runs.statuses(), ["cancelled"]);
        assert.equal(served.model.requests.length, requests);
        assert.equal(flow.inbox("caught").arrived.length, 1);
        assert.equal(flow.inbox("answers").arrived.length, 0);
        assert.equal(flow.inbox("completed").arrived.length, 0);
      });
    }

    it("has its whole budget again for another question", async () => {
      await start([toTool({ maxModelCalls: 2 }), answers, catchAll()], [callsForEver]);
      const one = await assistant("a");
      for (const payload of ["What?", "And?"]) {
        flow.send("run", { payload, assistant: one });
        assert.equal((await caughtError(flow)).code, "too_many_model_calls");
      }
      assert.equal(served.model.requests.length, 4);
    });
  });

  describe("two assistants as each other's tools", () => {
    /** Each asks the other whatever it is asked; what answers a call goes back to its node, the rest to the inbox. */
    const drawn = (fields: object, between: string): FlowNode[] => [
      ...[
        { id: "chief", wires: [["sort"], ["to expert"]] },
        { id: "expert", wires: [["chief"], ["to chief"]] },
      ].map((node) => run({ assistant: node.id, assistantType: "flow", ...node, ...fields })),
      functionNode("to expert", between, { wires: [["expert"]] }),
      functionNode("to chief", between, { wires: [["chief"]] }),
      functionNode("sort", "return msg.toolCall ? [msg, null] : [null, msg];", {
        outputs: 2,
        wires: [["expert"], ["answers"]],
      }),
      { ...catchAll(), wires: [["chief", "expert", "caught"]] },
    ];

    async function ask(fields: object, between: string, script: Script): Promise<void> {
      await start(drawn(fields, between), [script]);
      const ids = { chief: await assistant("chief"), expert: await assistant("expert") };
      // What is kept in msg would be taken out of a tool call's message.
      for (const [name, id] of Object.entries(ids)) flow.node("chief").context().flow.set(name, id);
      flow.send("chief", { _msgid: "question", payload: "What?" });
    }

    it("end with one Catch when they never stop, after 50 model calls", async () => {
      await ask({}, "return msg;", callsForEver);
      assert.equal(await caughtQuestion("question"), "too_many_model_calls");
      const statuses = await runs.statuses();
      assert.deepEqual(new Set(statuses), new Set(["cancelled"]));
      assert.equal(served.model.requests.length, 50);
      assert.equal(arrivals("caught", "question"), 1);
      assert.equal(flow.inbox("answers").arrived.length, 0);
    });

    for (const [limit, maxDepth] of [
      [1, 1],
      [3, ""],
    ] as const) {
      it(`are ${limit} deep at most`, async () => {
        await ask({ maxDepth }, "return msg;", callsOnce);
        const { payload } = await flow.inbox("answers").next();
        assert.match(String(payload), /nested_too_deep/);
        assert.equal((await runs.statuses()).join(), Array(limit).fill("completed").join());
        assert.equal(served.model.requests.length, 2 * limit);
        assert.equal(flow.inbox("caught").arrived.length, 1);
      });
    }

    it("are as bounded when Functions between them lose everything but the message's id", async () => {
      // Without a bound this would not end by itself.
      const stops: Script = (request, signal) =>
        (served.model.requests.length > 100 ? says("Enough.") : callsForEver)(request, signal);
      await ask({ toolTimeout: 0.2 }, "return { payload: msg.payload };", stops);
      await Promise.race([caughtQuestion("question"), flow.inbox("answers").next()]);
      await runs.statuses();
      assert.ok(served.model.requests.length <= 50, `${served.model.requests.length} model calls`);
    });
  });
});

import assert from "node:assert/strict";
import { createServer } from "node:http";
import registerHttpRequest from "@node-red/nodes/core/network/21-httprequest.js";
import type { Assistant } from "../../src/contract/objects.ts";
import { calls, type Script, says } from "../scripted-model.ts";
import { callsOnce, outputsIn, StartedRuns, tool } from "./asking-assistants.ts";
import { catchAll, complete, type FlowNode, functionNode, inbox, run, toolCall } from "./node-fields.ts";
import { type RunningFlow, runFlow } from "./running-flow.ts";
import { type Served, serveModel } from "./served-model.ts";

const ends = ["answers", "calls", "caught", "completed"].map(inbox);
const caughtByRun: FlowNode = { ...catchAll(), wires: [["run", "caught"]] };
const toTool = (fields: object = {}) => run({ wires: [["answers"], ["tool"]], ...fields });
const toRun = { wires: [["run"]] };

const httpRequest = (url: string, senderr: boolean): FlowNode => ({
  ...functionNode("tool", "", toRun),
  type: "http request",
  method: "GET",
  ret: "txt",
  paytoqs: "ignore",
  url,
  tls: "",
  persist: false,
  proxy: "",
  insecureHTTPParser: false,
  authType: "",
  senderr,
  headers: [],
});

/** Nobody listens here, and no other test is given this port. */
const NOBODY = "http://127.0.0.1:1/";

/** The address of a server that answers 404, until it is disposed of. */
async function nothingThere(): Promise<AsyncDisposable & { url: string; asked: () => number }> {
  let asked = 0;
  const server = createServer((_request, response) => {
    asked += 1;
    response.writeHead(404).end("Nothing there.");
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  assert.ok(typeof address === "object" && address);
  return {
    url: `http://127.0.0.1:${address.port}/`,
    asked: () => asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

describe("a tool that fails", () => {
  let served: Served;
  let flow: RunningFlow;
  let runs: StartedRuns;
  let assistant: Assistant;

  /** Starts the flow and asks. */
  async function ask(nodes: FlowNode[], scripts: Script[] = [callsOnce], names = ["lookUp"]): Promise<void> {
    served = await serveModel(scripts);
    runs = new StartedRuns(served.api);
    assistant = await served.api.createAssistant({ model: "m", tools: names.map(tool) });
    flow = await runFlow([served.config, ...nodes, ...ends, complete("run")], {
      credentials: served.credentials,
      types: [registerHttpRequest],
    });
    flow.send("run", { _msgid: "question", payload: "What?", assistant });
  }

  /** What the model was told of its call by the only answer that the question got. */
  async function told(): Promise<string> {
    await flow.inbox("answers").next();
    // Whatever else is on its way arrives before the answer to another question.
    const before = served.model.requests.length;
    flow.send("run", { _msgid: "another", payload: "And?", assistant });
    await flow.inbox("answers").next();
    await flow.inbox("completed").take(2);
    const ids = (id: string) => flow.inbox(id).arrived.map(({ _msgid }) => _msgid);
    assert.deepEqual(ids("answers"), ["question", "another"]);
    assert.deepEqual(ids("completed"), ["question", "another"]);
    assert.equal(before, 2);
    assert.equal(served.model.requests.length, 4);
    assert.equal(served.calls.filter((name) => name === "submitToolOutputsToRun").length, 2);
    assert.deepEqual(await runs.statuses(), ["completed", "completed"]);
    const [output, ...more] = outputsIn(served.model.requests[1]);
    assert.deepEqual(more, []);
    return output ?? "";
  }

  const warnings = () => flow.logged().warnings.map(({ msg }) => String(msg).split(":runtime.").at(-1));

  afterEach(async () => {
    await flow[Symbol.asyncDispose]();
    await served[Symbol.asyncDispose]();
  });

  describe("by an answer that does not come in time", () => {
    const timedOut = '{"error":"The function lookUp gave no answer within 0.05 s."}';

    it("is answered for it, and its late answers change nothing and ask nothing", async () => {
      await ask([run({ toolTimeout: 0.05 })], [callsOnce, callsOnce, says("And.")]);
      const call = await flow.inbox("calls").next();
      await flow.inbox("answers").next();
      for (const payload of ["late", "later"]) flow.send("run", { ...call, payload });
      flow.send("run", { _msgid: call._msgid, payload: "latest" });
      flow.send("run", { payload: "And?", assistant });
      await flow.inbox("answers").next();
      assert.deepEqual(outputsIn(served.model.requests[1]), [timedOut]);
      assert.equal(served.model.requests.length, 3);
      assert.equal(flow.inbox("answers").arrived.length, 2);
      assert.equal(flow.inbox("caught").arrived.length, 0);
      assert.deepEqual(await runs.statuses(), ["completed", "completed"]);
    });

    it("is answered for it where a Function returns null", async () => {
      await ask([toTool({ toolTimeout: 0.05 }), functionNode("tool", "return null;", toRun)]);
      assert.equal(await told(), timedOut);
      assert.equal(warnings().length, 2);
    });

    it("is answered for it where nothing is wired to the tool port", async () => {
      await ask([run({ toolTimeout: 0.05, wires: [["answers"], []] })]);
      assert.equal(await told(), timedOut);
    });

    it("does not hold up the answers of the others", async () => {
      const both = calls({ name: "lookUp" }, { name: "add" });
      await ask([run({ toolTimeout: 0.05 })], [both, says("Done.")], ["lookUp", "add"]);
      const [, add] = await flow.inbox("calls").take(2);
      flow.send("run", { ...add, payload: 3 });
      const { toolOutputs } = await flow.inbox("answers").next();
      const reason = "The function lookUp gave no answer within 0.05 s.";
      assert.deepEqual(outputsIn(served.model.requests[1]), [timedOut, "3"]);
      assert.deepEqual(toolOutputs, { lookUp: [{ error: reason }], add: [3] });
    });
  });

  describe("by throwing, with a Catch wired back", () => {
    const throws = (func: string) => [toTool(), functionNode("tool", func, toRun), caughtByRun];

    it("tells the model why, and the author", async () => {
      await ask(throws('throw new Error("No such city");'));
      assert.match(JSON.parse(await told()).error, /No such city/);
      assert.deepEqual(warnings(), ["warning.tool_failed", "warning.tool_failed"]);
    });

    it("shows its error among the tool outputs", async () => {
      await ask(throws('throw new Error("No such city");'));
      const { toolOutputs, error } = await flow.inbox("answers").next();
      assert.match(JSON.stringify(toolOutputs), /^{"lookUp":\[{"error":"[^"]*No such city/);
      assert.equal(error, undefined);
    });

    it("tells the model why where node.error said so", async () => {
      await ask(throws('node.error("No such city", msg);'));
      assert.match(JSON.parse(await told()).error, /No such city/);
    });

    it("tells the model what the flow made of it", async () => {
      const nodes = [
        toTool(),
        functionNode("tool", 'throw new Error("No such city");', toRun),
        { ...catchAll(), wires: [["mend"]] },
        functionNode("mend", 'msg.payload = "unknown"; return msg;', toRun),
      ];
      await ask(nodes);
      assert.equal(await told(), "unknown");
    });

    it("is answered once where it had changed the payload before", async () => {
      await ask(throws('msg.payload = "half done"; throw new Error("No such city");'));
      assert.match(await told(), /half done|No such city/);
    });

    it("is answered once where it had sent its answer before", async () => {
      await ask(throws('node.send({ ...msg, payload: "84f" }); throw new Error("Too late");'));
      assert.match(await told(), /84f|Too late/);
    });
  });

  it("by losing everything but the message's id answers its call and asks nothing", async () => {
    await ask([toTool(), functionNode("tool", 'return { payload: "84f" };', toRun)]);
    assert.equal(await told(), "84f");
  });

  describe("as an http request", () => {
    for (const onlyCatch of [false, true]) {
      for (const [title, catches] of [
        ["a Catch wired back", [caughtByRun]],
        ["a Catch elsewhere", [catchAll()]],
      ] as const) {
        const limits = onlyCatch ? { toolTimeout: 0.5 } : {};
        const sends = onlyCatch ? "sends errors to Catch only" : "sends errors on as well";

        it(`to a host that is down is answered once when it ${sends}, with ${title}`, async () => {
          await ask([toTool(limits), httpRequest(NOBODY, onlyCatch), ...catches]);
          const answer = await told();
          const expected = onlyCatch && catches[0] !== caughtByRun ? /gave no answer within/ : /ECONNREFUSED/;
          assert.match(answer, expected);
        });

        it(`that is answered 404 is answered once when it ${sends}, with ${title}`, async () => {
          await using server = await nothingThere();
          await ask([toTool(limits), httpRequest(server.url, onlyCatch), ...catches]);
          assert.equal(await told(), "Nothing there.");
          assert.equal(server.asked(), 2);
        });
      }
    }
  });

  describe("since no tool call node knows the function", () => {
    const other = (id: string, second: string[], fields: object = {}) =>
      toolCall(id, `not${id}`, { wires: [["caught"], second], ...fields });
    const unknown = /No tool of this flow answers to lookUp/;

    const drawings: [string, FlowNode[]][] = [
      ["alone", [toTool(), other("tool", [])]],
      ["side by side", [run({ wires: [["answers"], ["a", "b"]] }), other("a", []), other("b", [])]],
      ["in a chain", [toTool(), other("tool", ["b"]), other("b", ["c"]), other("c", [])]],
    ];
    for (const [title, nodes] of drawings) {
      it(`is answered after a second when they are drawn ${title}`, async () => {
        await ask(nodes, [callsOnce, callsOnce, says("And.")]);
        const asked = performance.now();
        await flow.inbox("answers").next();
        assert.match(outputsIn(served.model.requests[1]).join(), unknown);
        assert.ok(performance.now() - asked < 5000);
        assert.equal(served.model.requests.length, 2);
      });
    }

    for (const [title, nodes] of [
      ["left by a wired second port", [toTool({ toolTimeout: 1.3 }), other("tool", ["calls"])]],
      [
        "left by a wired second port of one of two",
        [run({ toolTimeout: 1.3, wires: [["answers"], ["a", "b"]] }), other("a", []), other("b", ["calls"])],
      ],
    ] as const) {
      it(`is waited for when it is ${title}`, async () => {
        await ask([...nodes]);
        await flow.inbox("calls").next();
        await flow.inbox("answers").next();
        assert.match(outputsIn(served.model.requests[1]).join(), /no answer within 1\.3 s/);
      });
    }

    for (const order of [
      ["a", "b"],
      ["b", "a"],
    ]) {
      it(`is waited for when another has taken it, wired as ${order}`, async () => {
        const nodes = [
          run({ toolTimeout: 1.3, wires: [["answers"], order] }),
          other("a", []),
          toolCall("b", "lookUp", { wires: [["calls"], []] }),
        ];
        await ask(nodes);
        await flow.inbox("calls").next();
        await flow.inbox("answers").next();
        assert.match(outputsIn(served.model.requests[1]).join(), /no answer within 1\.3 s/);
      });
    }
  });

  it("has as long as its tool call node says, and the others as long as the run node says", async () => {
    const nodes = [
      run({ toolTimeout: 0.05, wires: [["answers"], ["slow", "quick"]] }),
      toolCall("slow", "approve", { timeout: 5, wires: [["calls"], []] }),
      toolCall("quick", "lookUp", { wires: [[], []] }),
    ];
    const approve = calls({ name: "approve" });
    await ask(nodes, [approve, calls({ name: "lookUp" }), callsOnce], ["approve", "lookUp"]);
    const call = await flow.inbox("calls").next();
    flow.send("run", { payload: "And?", assistant });
    const impatient = await flow.inbox("answers").next();
    assert.match(String(impatient.payload), /lookUp gave no answer within 0\.05 s/);
    flow.send("run", { ...call, payload: "approved" });
    assert.equal((await flow.inbox("answers").next()).payload, "approved");
  });
});

/** The progress port of the run node. */
import assert from "node:assert/strict";
import type { NodeMessage } from "node-red";
import { calls, hangs, type Script, says } from "../scripted-model.ts";
import { caughtError } from "./caught-error.ts";
import { catchAll, complete, inbox, run } from "./node-fields.ts";
import { type RunningFlow, runFlow } from "./running-flow.ts";
import { type Served, serveModel } from "./served-model.ts";

const around = [
  ...["answers", "calls", "caught", "completed", "progress"].map(inbox),
  catchAll(),
  complete("run"),
];
const wires = [["answers"], ["calls"], ["progress"]];

describe("the progress port", () => {
  let served: Served;
  let flow: RunningFlow;

  async function ask(scripts: Script[], fields: object = {}, msg: NodeMessage = {}): Promise<void> {
    served = await serveModel(scripts);
    const nodes = [served.config, run({ progress: true, outputs: 3, wires, ...fields }), ...around];
    flow = await runFlow(nodes, { credentials: served.credentials });
    const tools = [{ type: "function" as const, function: { name: "lookUp" } }];
    const assistant = (await served.api.createAssistant({ model: "m", tools })).id;
    flow.send("run", { _msgid: "question", payload: "What?", assistant, ...msg });
  }
  const told = () => flow.inbox("progress").arrived;
  const topics = () => told().map(({ topic }) => topic);

  afterEach(async () => {
    await flow[Symbol.asyncDispose]();
    await served[Symbol.asyncDispose]();
  });

  it("tells of the answer piece by piece before the answer itself", async () => {
    await ask([says("Hel", "lo ", "you.")]);
    const { payload, run: ended } = await flow.inbox("answers").next();
    const pieces = told().filter(({ topic }) => topic === "thread.message.delta");
    assert.equal(pieces.map((piece) => piece.payload).join(""), payload);
    assert.equal(topics()[0], "thread.run.created");
    assert.equal(topics().at(-1), "thread.run.completed");
    const { id, thread_id } = Object(ended);
    for (const { _msgid, run_id, thread_id: where } of told()) {
      assert.deepEqual([_msgid, run_id, where], ["question", id, thread_id]);
    }
  });

  it("goes on through rounds of tool calls", async () => {
    await ask([calls({ name: "lookUp" }), says("Done.")]);
    flow.send("run", { ...(await flow.inbox("calls").next()), payload: "84f" });
    assert.equal((await flow.inbox("answers").next()).payload, "Done.");
    assert.deepEqual(
      topics().filter((topic) => /^thread\.run\.[a-z_]+$/.test(topic ?? "")),
      ["created", "queued", "in_progress", "requires_action", "queued", "in_progress", "completed"].map(
        (status) => `thread.run.${status}`,
      ),
    );
    assert.equal(served.model.requests.length, 2);
  });

  it("has new messages with nothing of the question's but what was listed", async () => {
    const req = { headers: { a: "b" } };
    await ask(
      [says("Hello.")],
      { progressProperties: "req, user.name ,nothing" },
      {
        req,
        user: { name: "Kim", secret: "x" },
        topic: "t",
      },
    );
    await flow.inbox("answers").next();
    for (const { topic, payload, _msgid, run_id, thread_id, ...rest } of told()) {
      assert.deepEqual(rest, { req, user: { name: "Kim" } });
    }
    assert.equal(told()[0]?.["req"], req);
  });

  it("leaves out what is not there, or has no such name, and the question is answered", async () => {
    await ask([says("Hello.")], { progressProperties: "user.name, a[, topic" }, { topic: "t" });
    assert.equal((await flow.inbox("answers").next()).payload, "Hello.");
    for (const message of told()) assert.ok(!("user" in message));
    assert.deepEqual(
      flow.logged().warnings.map(({ msg }) => /property_invalid/.test(String(msg))),
      [true],
    );
  });

  it("is cut off with a question that is cancelled, whose model stops", async () => {
    const { script, started, stopped } = hangs("Well");
    await ask([script]);
    await started;
    while (!topics().includes("thread.message.delta")) await flow.inbox("progress").next();
    const thread_id = told()[0]?.["thread_id"];
    flow.send("run", { cancel: true, thread: thread_id });
    assert.equal((await caughtError(flow)).code, "run_cancelled");
    await stopped;
  });

  it("ends nothing when its stream breaks: the run is asked for instead", async () => {
    const { script, started } = hangs("Well");
    await ask([script]);
    await started;
    while (!topics().includes("thread.message.delta")) await flow.inbox("progress").next();
    served.breakStreams();
    const [first] = told();
    const where = { run_id: String(first?.["run_id"]), thread_id: String(first?.["thread_id"]) };
    await served.api.cancelRun(where);
    assert.equal((await caughtError(flow)).code, "run_cancelled");
  });

  it("is silent where it is switched off", async () => {
    await ask([says("Hello.")], { progress: false });
    await flow.inbox("answers").next();
    assert.deepEqual(told(), []);
  });
});

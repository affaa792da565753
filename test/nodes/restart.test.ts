/** What becomes of open questions when their node stops, and starts again in the same user directory. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { NodeMessage } from "node-red";
import { FlowDatabase } from "../../nodes/database/flow-database.ts";
import { calls, hangs, type Script, says } from "../scripted-model.ts";
import { catchAll, complete, type FlowNode, inbox, run } from "./node-fields.ts";
import { type RunningFlow, runFlow } from "./running-flow.ts";
import { type Served, serveModel } from "./served-model.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

const around = [...["answers", "calls", "caught", "completed"].map(inbox), catchAll(), complete("run")];
const ends = ["answers", "caught", "completed"];

describe("a run node that starts again", () => {
  let served: Served;
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
  let threadId: string;
  let assistant: string;

  beforeEach(async () => {
    directory = await temporaryDirectory();
  });
  afterEach(async () => {
    await served[Symbol.asyncDispose]();
    await directory[Symbol.asyncDispose]();
  });

  async function serve(...scripts: Script[]): Promise<void> {
    served = await serveModel(scripts);
    threadId = (await served.api.createThread({})).id;
    const tools = ["left", "right"].map((name) => ({ type: "function" as const, function: { name } }));
    assistant = (await served.api.createAssistant({ model: "m", tools })).id;
  }

  const start = (fields: object = { restart: "resume" }, nodes: FlowNode[] = around): Promise<RunningFlow> =>
    runFlow([served.config, run(fields), ...nodes], {
      credentials: served.credentials,
      userDir: directory.path,
    });
  const question = (fields: object = {}): NodeMessage => ({
    _msgid: "question",
    payload: "What?",
    thread: threadId,
    assistant,
    ...fields,
  });
  const statusOf = async () => (await served.api.listRuns({ thread_id: threadId })).data[0]?.status;
  const heard = (flow: RunningFlow) => ends.map((id) => flow.inbox(id).arrived.length);
  const notes = async () => {
    const database = await FlowDatabase.open(join(directory.path, "assistants"));
    const rows = await database.do({ sql: "SELECT * FROM question", values: [] });
    await database.close();
    return rows;
  };

  it("tells of the end of a run that ended while nobody looked", async () => {
    const { script, started } = hangs();
    await serve(script);
    {
      await using flow = await start();
      flow.send("run", question({ kept: { deep: [1] } }));
      await started;
    }
    const [{ id: run_id } = { id: "" }] = (await served.api.listRuns({ thread_id: threadId })).data;
    await served.api.cancelRun({ thread_id: threadId, run_id });
    await using flow = await start();
    const { error, kept, _msgid } = await flow.inbox("caught").next();
    assert.match(Object(error).message, /cancelled/);
    assert.deepEqual([_msgid, kept], ["question", { deep: [1] }]);
    assert.deepEqual(heard(flow), [0, 1, 0]);
  });

  it("sends open calls out again, and takes the answers that were there before", async () => {
    await serve(calls({ name: "left" }, { name: "right" }), says("Done."));
    let first: NodeMessage;
    {
      await using flow = await start();
      flow.send("run", question());
      first = await flow.inbox("calls").next();
      await flow.inbox("calls").next();
      flow.send("run", { ...first, payload: { from: "before" } });
    }
    assert.equal(await statusOf(), "requires_action");
    await using flow = await start();
    const again = await flow.inbox("calls").next();
    assert.equal(again.topic, "right");
    flow.send("run", { ...again, payload: "after" });
    const { toolOutputs, payload } = await flow.inbox("answers").next();
    assert.deepEqual(toolOutputs, { left: [{ from: "before" }], right: ["after"] });
    assert.equal(payload, "Done.");
    assert.equal((await flow.inbox("completed").next())._msgid, "question");
    assert.equal(flow.inbox("calls").arrived.length, 1);
  });

  it("takes an answer that comes from outside for a call of its earlier life", async () => {
    await serve(calls({ name: "left" }), says("Done."));
    let call: NodeMessage;
    {
      await using flow = await start();
      flow.send("run", question());
      call = await flow.inbox("calls").next();
    }
    await using flow = await start();
    flow.send("run", { ...call, payload: "by mail" });
    assert.deepEqual((await flow.inbox("answers").next())["toolOutputs"], { left: ["by mail"] });
  });

  it("remembers the outputs of earlier rounds", async () => {
    await serve(calls({ name: "left" }), calls({ name: "right" }), says("Done."));
    {
      await using flow = await start();
      flow.send("run", question());
      flow.send("run", { ...(await flow.inbox("calls").next()), payload: "one" });
      await flow.inbox("calls").next();
    }
    await using flow = await start();
    const call = await flow.inbox("calls").next();
    assert.deepEqual([call.topic, Object(call["toolCall"]).round], ["right", 2]);
    flow.send("run", { ...call, payload: "two" });
    assert.deepEqual((await flow.inbox("answers").next())["toolOutputs"], { left: ["one"], right: ["two"] });
  });

  it("asks the questions that had waited for their turn, in their order", async () => {
    await serve(calls({ name: "left" }), says("First."), says("Second."), says("Third."));
    {
      await using flow = await start();
      for (const payload of ["1", "2", "3"]) flow.send("run", question({ _msgid: payload, payload }));
      await flow.inbox("calls").next();
    }
    await using flow = await start();
    flow.send("run", { ...(await flow.inbox("calls").next()), payload: "x" });
    const answers: unknown[] = [];
    while (answers.length < 3) {
      const { _msgid, payload } = await flow.inbox("answers").next();
      answers.push([_msgid, payload]);
    }
    assert.deepEqual(answers, [
      ["1", "First."],
      ["2", "Second."],
      ["3", "Third."],
    ]);
    assert.equal(served.model.requests.length, 4);
  });

  it("leaves nothing in its journal when all is answered", async () => {
    await serve(calls({ name: "left" }), says("Done."));
    {
      await using flow = await start();
      flow.send("run", question());
      await flow.inbox("calls").next();
    }
    assert.equal((await notes()).length, 1);
    {
      await using flow = await start();
      flow.send("run", { ...(await flow.inbox("calls").next()), payload: "x" });
      await flow.inbox("completed").next();
    }
    assert.deepEqual(await notes(), []);
    assert.ok(!existsSync(join(directory.path, "assistants", "open-questions")));
  });

  it("cancels the runs that it let go when it is no longer to take them up", async () => {
    await serve(calls({ name: "left" }), says("Done."));
    {
      await using flow = await start();
      flow.send("run", question());
      await flow.inbox("calls").next();
    }
    await using flow = await start({ restart: "cancel" });
    // The next question on the thread comes after.
    flow.send("run", question({ _msgid: "next" }));
    assert.equal((await flow.inbox("answers").next())._msgid, "next");
    const { data } = await served.api.listRuns({ thread_id: threadId });
    assert.deepEqual(
      data.map(({ status }) => status),
      ["completed", "cancelled"],
    );
    assert.equal(flow.inbox("calls").arrived.length, 0);
  });

  it("cancels the runs of a node that is there no more", async () => {
    await serve(calls({ name: "left" }), says("Done."));
    {
      await using flow = await start();
      flow.send("run", question());
      await flow.inbox("calls").next();
    }
    await using flow = await start({ id: "other" });
    flow.send("other", question({ _msgid: "next" }));
    assert.equal((await flow.inbox("answers").next())._msgid, "next");
    const { data } = await served.api.listRuns({ thread_id: threadId });
    assert.deepEqual(
      data.map(({ status }) => status),
      ["completed", "cancelled"],
    );
  });

  /** Lets a question wait for its tool and stops the flow. */
  async function leaveOneOpen(fields: NodeMessage = {}): Promise<NodeMessage> {
    await using flow = await start();
    flow.send("run", question(fields));
    return await flow.inbox("calls").next();
  }

  it("holds up no other question when its service does not answer", async () => {
    await serve(calls({ name: "left" }), says("Done."), says("Done."));
    await leaveOneOpen();
    const gate = Promise.withResolvers<void>();
    served.gates.getRun = gate.promise;
    await using flow = await start();
    const elsewhere = (await served.api.createThread({})).id;
    flow.send("run", question({ _msgid: "other", thread: elsewhere }));
    const asked = new Promise<void>((resolve) => {
      served.onCall = (name) => name === "createRun" && resolve();
    });
    await asked;
    gate.resolve();
    flow.send("run", { ...(await flow.inbox("calls").next()), payload: "x" });
    const answered = [await flow.inbox("answers").next(), await flow.inbox("answers").next()];
    assert.deepEqual(answered.map(({ _msgid }) => _msgid).sort(), ["other", "question"]);
  });

  it("finds a run that nobody came to note", async () => {
    await serve(calls({ name: "left" }), says("Done."));
    await leaveOneOpen();
    const database = await FlowDatabase.open(join(directory.path, "assistants"));
    await database.do({ sql: "UPDATE question SET run = NULL", values: [] });
    await database.close();
    await using flow = await start();
    flow.send("run", { ...(await flow.inbox("calls").next()), payload: "x" });
    assert.equal((await flow.inbox("answers").next()).payload, "Done.");
    assert.equal(served.model.requests.length, 2);
  });

  it("waits for a service that is not there yet", async () => {
    await serve(calls({ name: "left" }), says("Done."));
    await leaveOneOpen();
    let refusals = 0;
    served.onCall = (name) => {
      if (name === "getRun" && ++refusals < 5) throw new Error("not there yet");
    };
    await using flow = await start();
    flow.send("run", { ...(await flow.inbox("calls").next()), payload: "x" });
    assert.equal((await flow.inbox("answers").next()).payload, "Done.");
    await flow.inbox("completed").next();
    assert.deepEqual(heard(flow), [1, 0, 1]);
  });

  it("loses nothing when it is deployed again while it takes its questions up", async () => {
    await serve(calls({ name: "left" }), says("Done."));
    await leaveOneOpen();
    const gate = Promise.withResolvers<void>();
    served.gates.getRun = gate.promise;
    await using flow = await start();
    await flow.deploy([served.config, run({ restart: "resume", name: "again" }), ...around]);
    await flow.deploy([served.config, run({ restart: "resume", name: "and again" }), ...around]);
    gate.resolve();
    flow.send("run", { ...(await flow.inbox("calls").next()), payload: "x" });
    assert.equal((await flow.inbox("answers").next()).payload, "Done.");
    await flow.inbox("completed").next();
    assert.deepEqual(heard(flow), [1, 0, 1]);
  });

  it("takes up both of two questions that came with one message id, though one of them has failed", async () => {
    await serve(calls({ name: "left" }), calls({ name: "left" }), says("Done."));
    const elsewhere = (await served.api.createThread({})).id;
    {
      await using flow = await start();
      flow.send("run", question());
      flow.send("run", question({ thread: elsewhere }));
      await flow.inbox("calls").next();
      await flow.inbox("calls").next();
    }
    const [{ id: run_id } = { id: "" }] = (await served.api.listRuns({ thread_id: threadId })).data;
    await served.api.cancelRun({ thread_id: threadId, run_id });
    await using flow = await start();
    assert.match(Object((await flow.inbox("caught").next())["error"]).message, /cancelled/);
    flow.send("run", { ...(await flow.inbox("calls").next()), payload: "x" });
    assert.equal((await flow.inbox("answers").next()).payload, "Done.");
  });

  it("cancels what it had let go when it asks no more questions itself", async () => {
    await serve(calls({ name: "left" }), says("Done."));
    await leaveOneOpen();
    await using flow = await start({ operation: "cancel" }, [...around, run({ id: "other" })]);
    while ((await statusOf()) !== "cancelled") await served.api.getThread({ thread_id: threadId });
    assert.deepEqual(heard(flow), [0, 0, 0]);
  });
});

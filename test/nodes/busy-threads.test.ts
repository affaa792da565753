import assert from "node:assert/strict";
import { atRest } from "../contract/run-progress.ts";
import { calls, hangs, type Script, says } from "../scripted-model.ts";
import { caughtError } from "./caught-error.ts";
import { catchAll, complete, inbox, message, run } from "./node-fields.ts";
import { type RunningFlow, runFlow } from "./running-flow.ts";
import { type Served, serveModel } from "./served-model.ts";

const around = [...["answers", "calls", "caught", "completed"].map(inbox), catchAll(), complete("run")];

/** Says what the newest message of the thread says. */
const echoes: Script = (request, signal) => {
  const last = request.items.at(-1);
  const part = last?.type === "message" ? last.content[0] : undefined;
  return says(part?.type === "text" ? `You said ${part.text}` : "Nothing")(request, signal);
};

describe("two questions on one thread", () => {
  let served: Served;
  let flow: RunningFlow;
  let thread: string;
  let assistant: string;

  async function begin(scripts: Script[], fields: object = {}, more: object[] = []): Promise<void> {
    served = await serveModel(scripts);
    const nodes = [served.config, run(fields), ...around, ...(more as typeof around)];
    flow = await runFlow(nodes, { credentials: served.credentials });
    thread = (await served.api.createThread({})).id;
    const tools = [{ type: "function" as const, function: { name: "lookUp" } }];
    assistant = (await served.api.createAssistant({ model: "m", tools })).id;
  }

  const ask = (payload: string, node = "run") =>
    flow.send(node, { _msgid: payload, payload, thread, assistant });

  afterEach(async () => {
    await flow[Symbol.asyncDispose]();
    await served[Symbol.asyncDispose]();
  });

  it("are answered one after the other, each with its own answer", async () => {
    await begin([echoes]);
    for (const question of ["one", "two", "three"]) ask(question);
    const answers = [];
    for (let count = 0; count < 3; count += 1) answers.push((await flow.inbox("answers").next()).payload);
    assert.deepEqual(answers, ["You said one", "You said two", "You said three"]);
  });

  it("wait for a run that somebody else has begun", async () => {
    await begin([calls({ name: "lookUp" }), echoes]);
    const made = await served.api.createRun({ thread_id: thread, assistant_id: assistant });
    const foreign = await atRest(served.api, made);
    const arrived = new Promise<void>((resolve) => {
      served.onCall = (name) => name === "createRun" && resolve();
    });
    ask("ours");
    await arrived;
    await served.api.cancelRun({ thread_id: thread, run_id: foreign.id });
    assert.equal((await flow.inbox("answers").next()).payload, "You said ours");
  });

  it("are refused where the node says so", async () => {
    const { script, started } = hangs("Well");
    await begin([script], { busy: "refuse" });
    ask("one");
    await started;
    ask("two");
    assert.equal((await caughtError(flow)).code, "thread_busy");
  });

  it("refuse a run of somebody else as well, where the node says so", async () => {
    await begin([calls({ name: "lookUp" })], { busy: "refuse" });
    await served.api.createRun({ thread_id: thread, assistant_id: assistant });
    ask("ours");
    assert.equal((await caughtError(flow)).code, "thread_busy");
  });

  it("cancel the one before where the node says so", async () => {
    const { script, started, stopped } = hangs("Well");
    await begin([script, echoes], { busy: "cancel" });
    ask("one");
    await started;
    ask("two");
    await stopped;
    assert.equal((await caughtError(flow)).code, "run_cancelled");
    assert.equal((await flow.inbox("answers").next()).payload, "You said two");
  });

  it("cancel the one before also while its run is only being made", async () => {
    await begin([echoes], { busy: "cancel" });
    const gate = Promise.withResolvers<void>();
    served.gates.createRun = gate.promise;
    const arrived = new Promise<void>((resolve) => {
      served.onCall = (name) => name === "createRun" && resolve();
    });
    ask("one");
    await arrived;
    ask("two");
    gate.resolve();
    assert.equal((await caughtError(flow)).code, "run_cancelled");
    assert.equal((await flow.inbox("answers").next()).payload, "You said two");
  });

  it("leave the thread to the last of several that cancel", async () => {
    const { script, started } = hangs("Well");
    await begin([script, echoes], { busy: "cancel" });
    ask("one");
    await started;
    ask("two");
    ask("three");
    const codes = [(await caughtError(flow)).code, (await caughtError(flow)).code];
    assert.deepEqual(codes.sort(), ["cancelled", "run_cancelled"]);
    assert.equal((await flow.inbox("answers").next()).payload, "You said three");
  });

  it("are sent away by msg.cancel, the active one and those who wait, and it leaves by no port", async () => {
    const { script, started } = hangs("Well");
    await begin([script, echoes]);
    ask("one");
    await started;
    ask("two");
    flow.send("run", { _msgid: "stop", cancel: true, thread });
    const codes = [(await caughtError(flow)).code, (await caughtError(flow)).code];
    assert.deepEqual(codes.sort(), ["cancelled", "run_cancelled"]);
    ask("three");
    assert.equal((await flow.inbox("answers").next()).payload, "You said three");
    assert.deepEqual(
      flow.inbox("answers").arrived.map(({ _msgid }) => _msgid),
      ["three"],
    );
  });

  it("let a message in when the run before has ended", async () => {
    const write = message({ id: "write", config: "service", wires: [["completed"]] });
    await begin([calls({ name: "lookUp" }), says("Done.")], {}, [write]);
    ask("one");
    const call = await flow.inbox("calls").next();
    flow.send("write", { payload: "Also this.", thread });
    flow.send("run", { ...call, payload: "x" });
    await flow.inbox("answers").next();
    await flow.inbox("completed").next();
    const { data } = await served.api.listMessages({ thread_id: thread, order: "asc" });
    assert.deepEqual(
      data.map(({ role }) => role),
      ["user", "assistant", "user"],
    );
  });
});

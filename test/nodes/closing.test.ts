import assert from "node:assert/strict";
import type { RunStatus } from "../../src/contract/objects.ts";
import { calls, hangs, type Script, says } from "../scripted-model.ts";
import { caughtError } from "./caught-error.ts";
import { catchAll, complete, config, inbox, run, thread } from "./node-fields.ts";
import { type RunningFlow, runFlow } from "./running-flow.ts";
import { type Served, serveModel } from "./served-model.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

const ends = ["answers", "calls", "caught", "completed"].map(inbox);
const around = [...ends, catchAll(), complete("run")];

describe("a run node that is closed", () => {
  let served: Served;
  let flow: RunningFlow;
  let threadId: string;

  async function ask(...scripts: Script[]): Promise<void> {
    served = await serveModel(scripts);
    flow = await runFlow([served.config, run(), ...around], { credentials: served.credentials });
    threadId = (await served.api.createThread({})).id;
    const assistant = await served.api.createAssistant({
      model: "m",
      tools: [{ type: "function", function: { name: "lookUp" } }],
    });
    flow.send("run", { payload: "What?", thread: threadId, assistant });
  }

  async function runStatus(): Promise<RunStatus | undefined> {
    return (await served.api.listRuns({ thread_id: threadId })).data[0]?.status;
  }

  /** A changed node is closed and built anew. */
  const redeploy = () => flow.deploy([served.config, run({ name: "changed" }), ...around]);
  const silence = () => ["answers", "caught", "completed"].map((id) => flow.inbox(id).arrived.length);

  afterEach(async () => {
    await flow[Symbol.asyncDispose]();
    await served[Symbol.asyncDispose]();
  });

  it("cancels its run that waits for the flow, and stays silent", async () => {
    await ask(calls({ name: "lookUp" }));
    await flow.inbox("calls").next();
    await redeploy();
    assert.match(String(await runStatus()), /^cancell/);
    assert.deepEqual(silence(), [0, 0, 0]);
  });

  it("stops the model of its run, and stays silent", async () => {
    const { script, started, stopped } = hangs("Well");
    await ask(script);
    await started;
    await redeploy();
    await stopped;
    assert.deepEqual(silence(), [0, 0, 0]);
  });

  it("cancels a run that was only just being made", async () => {
    const gate = Promise.withResolvers<void>();
    served = await serveModel([calls({ name: "lookUp" })]);
    served.gates.createRun = gate.promise;
    flow = await runFlow([served.config, run(), ...around], { credentials: served.credentials });
    threadId = (await served.api.createThread({})).id;
    const assistant = await served.api.createAssistant({ model: "m" });
    const asked = Promise.withResolvers<void>();
    served.onCall = () => asked.resolve();
    flow.send("run", { payload: "What?", thread: threadId, assistant });
    await asked.promise;
    const closing = redeploy();
    gate.resolve();
    await closing;
    assert.match(String(await runStatus()), /^cancell/);
    assert.deepEqual(silence(), [0, 0, 0]);
  });

  it("stays silent also when its config node goes before its run ends", async () => {
    await ask(calls({ name: "lookUp" }), says("Done."));
    const call = await flow.inbox("calls").next();
    await flow.deploy([run(), ...around]);
    flow.send("run", { ...call, payload: "late" });
    flow.send("run", { payload: "Next?", assistant: "asst_000000000000000000000000" });
    assert.equal((await caughtError(flow)).code, "config_missing");
    assert.deepEqual(silence(), [0, 1, 0]);
  });

  it("takes the late answer to its call for no question", async () => {
    await ask(calls({ name: "lookUp" }), says("Done."));
    const call = await flow.inbox("calls").next();
    await redeploy();
    flow.send("run", { ...call, payload: "late" });
    const [assistant] = (await served.api.listAssistants({})).data;
    flow.send("run", { _msgid: "next", payload: "Next?", assistant });
    const { _msgid } = await flow.inbox("completed").next();
    assert.deepEqual([_msgid, served.calls.filter((name) => name === "createRun").length], ["next", 2]);
    assert.deepEqual(silence(), [1, 0, 1]);
  });
});

describe("a data directory", () => {
  it("is let go when the last node that used it closes", async () => {
    await using directory = await temporaryDirectory();
    const nodes = [thread({ wires: [["answers"]] }), inbox("answers")];
    for (const pace of [0, 1]) {
      // Other settings are refused while somebody holds the directory.
      await using flow = await runFlow([config({ dataDirectory: directory.path, pace }), ...nodes]);
      flow.send("thread", {});
      assert.equal((await flow.inbox("answers").next())["threadCreated"], true);
    }
  });
});

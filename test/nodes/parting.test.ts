/** What a question leaves behind when something goes wrong on its way: nothing. */
import assert from "node:assert/strict";
import type { AssistantsApi } from "../../src/contract/api.ts";
import { contractError } from "../../src/contract/errors.ts";
import { calls, says } from "../scripted-model.ts";
import { caughtError } from "./caught-error.ts";
import { catchAll, complete, inbox, run, thread } from "./node-fields.ts";
import { type RunningFlow, runFlow } from "./running-flow.ts";
import { type Served, serveModel } from "./served-model.ts";

const around = [...["answers", "calls", "caught", "completed"].map(inbox), catchAll(), complete("run")];

/** Deep enough that Node-RED cannot copy it for a second wire. */
function deep(levels: number): object {
  let value = {};
  for (let level = 0; level < levels; level += 1) value = { value };
  return value;
}

describe("a question on its way", () => {
  let served: Served;
  let flow: RunningFlow;

  afterEach(async () => {
    await flow[Symbol.asyncDispose]();
    await served[Symbol.asyncDispose]();
  });

  async function ask(api: AssistantsApi): Promise<string> {
    const thread_id = (await api.createThread({})).id;
    const tools = [{ type: "function" as const, function: { name: "lookUp" } }];
    const assistant = await api.createAssistant({ model: "m", tools });
    flow.send("run", { payload: "What?", thread: thread_id, assistant });
    return thread_id;
  }

  it("gives its thread back when its outputs cannot be handed in", async () => {
    served = await serveModel([calls({ name: "lookUp" })]);
    flow = await runFlow([served.config, run(), ...around], { credentials: served.credentials });
    const refused = Promise.reject(contractError("request_too_large", { limit: 1 }));
    refused.catch(() => {});
    served.gates.submitToolOutputsToRun = refused;
    const thread_id = await ask(served.api);
    const call = await flow.inbox("calls").next();
    flow.send("run", { ...call, payload: "much" });
    assert.equal((await caughtError(flow)).code, "request_too_large");
    const [left] = (await served.api.listRuns({ thread_id })).data;
    assert.match(String(left?.status), /^cancell/);
  });

  it("ends as its run has ended, when that was cancelled from elsewhere before the outputs came", async () => {
    served = await serveModel([calls({ name: "lookUp" })]);
    flow = await runFlow([served.config, run(), ...around], { credentials: served.credentials });
    const thread_id = await ask(served.api);
    const call = await flow.inbox("calls").next();
    const [active] = (await served.api.listRuns({ thread_id })).data;
    await served.api.cancelRun({ thread_id, run_id: String(active?.id) });
    flow.send("run", { ...call, payload: "late" });
    assert.equal((await caughtError(flow)).code, "run_cancelled");
  });

  it("takes no answer of an earlier round for a later call, though a server numbers its calls alike", async () => {
    served = await serveModel([calls({ name: "lookUp" }), calls({ name: "lookUp" }), says("Done.")]);
    flow = await runFlow([served.config, run(), ...around], { credentials: served.credentials });
    await ask(served.api);
    const first = await flow.inbox("calls").next();
    flow.send("run", { ...first, payload: "first" });
    const second = await flow.inbox("calls").next();
    const early = { ...Object(first["toolCall"]), id: Object(second["toolCall"]).id };
    flow.send("run", { ...first, toolCall: early, payload: "again" });
    flow.send("run", { ...second, payload: "second" });
    const { toolOutputs } = await flow.inbox("answers").next();
    assert.deepEqual(toolOutputs, { lookUp: ["first", "second"] });
  });

  it("that Node-RED cannot copy to two wires ends in the log, and the next one is answered", async () => {
    served = await serveModel([says("Done.")]);
    const begin = { ...thread({ id: "begin", config: "service" }), wires: [["answers", "calls"]] };
    flow = await runFlow([served.config, begin, ...["answers", "calls"].map(inbox)], {
      credentials: served.credentials,
    });
    flow.send("begin", { payload: deep(20_000) });
    flow.send("begin", { payload: "shallow" });
    while ((await flow.inbox("calls").next()).payload !== "shallow");
    assert.ok(flow.logged().all.some(({ msg }) => String(msg).includes("Maximum call stack size exceeded")));
  });

  it("that arrives while its node closes opens nothing again", async () => {
    served = await serveModel([says("Done.")]);
    const gate = Promise.withResolvers<void>();
    flow = await runFlow([served.config, run(), ...around], { credentials: served.credentials });
    served.gates.createRun = gate.promise;
    const asked = new Promise<void>((resolve) => {
      served.onCall = () => resolve();
    });
    const assistant = await served.api.createAssistant({ model: "m" });
    const closing = flow.node("run");
    flow.send("run", { payload: "What?", assistant });
    await asked;
    const removed = flow.deploy([served.config, ...around.filter(({ type }) => type !== "complete")]);
    closing.receive({ payload: "Too late?", assistant });
    gate.resolve();
    await removed;
    assert.equal(served.calls.filter((name) => name === "createRun").length, 1);
  });
});

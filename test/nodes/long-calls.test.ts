/** Calls that may take longer than a run usually lives. */
import assert from "node:assert/strict";
import { calls, says } from "../scripted-model.ts";
import { catchAll, config, createAssistant, inbox, run, toolCall } from "./node-fields.ts";
import { runFlow } from "./running-flow.ts";
import { serveModel } from "./served-model.ts";

const ends = [...["answers", "calls", "caught"].map(inbox), catchAll()];
/** An hour, for a person's approval. */
const approval = toolCall("approve", "approve", { timeout: 3600, wires: [["calls"], []] });
const HOUR = 3600;

describe("a tool call node that allows more time than a run lives", () => {
  it("has the run of the built-in service wait for so long", async () => {
    const create = createAssistant({ functions: ["approve"], wires: [["run"]] });
    await using flow = await runFlow([
      config(),
      create,
      run({ wires: [["answers"], ["approve"]] }),
      approval,
      ...ends,
    ]);
    flow.send("create", { payload: "approve this" });
    const call = await flow.inbox("calls").next();
    const { run_id, thread_id } = Object(call["toolCall"]);
    const lease = await flow.lease();
    let { expires_at } = await lease.value.api.getRun({ run_id, thread_id });
    for (let tries = 0; (expires_at ?? 0) < Date.now() / 1000 + HOUR - 60 && tries < 100; tries += 1) {
      ({ expires_at } = await lease.value.api.getRun({ run_id, thread_id }));
    }
    assert.ok((expires_at ?? 0) >= Date.now() / 1000 + HOUR - 60, `${expires_at}`);
    await lease.release();
    assert.deepEqual(flow.logged().warnings, []);
    flow.send("run", { ...call, payload: "yes" });
    await flow.inbox("answers").next();
  });

  it("warns when the call goes out against a server with a limit of its own", async () => {
    await using served = await serveModel([calls({ name: "approve" }), says("Done.")]);
    const nodes = [served.config, run({ wires: [["answers"], ["approve"]] }), approval, ...ends];
    await using flow = await runFlow(nodes, { credentials: served.credentials });
    const tools = [{ type: "function" as const, function: { name: "approve" } }];
    const assistant = await served.api.createAssistant({ model: "m", tools });
    flow.send("run", { payload: "What?", assistant });
    const call = await flow.inbox("calls").next();
    assert.match(String(flow.logged().warnings[0]?.msg), /run_expires_first/);
    flow.send("run", { ...call, payload: "yes" });
    await flow.inbox("answers").next();
    assert.equal(flow.logged().warnings.length, 1);
  });
});

import assert from "node:assert/strict";
import { calls, hangs, says } from "../scripted-model.ts";
import { caughtError } from "./caught-error.ts";
import { catchAll, complete, inbox, run } from "./node-fields.ts";
import { runFlow } from "./running-flow.ts";
import { serveModel } from "./served-model.ts";

const cancel = run({ id: "cancel", operation: "cancel", outputs: 1, wires: [["cancelled"]] });
const ends = ["answers", "calls", "caught", "cancelled", "completed"].map(inbox);
const nodes = [run(), cancel, ...ends, catchAll(), complete("cancel")];

describe("the run node's cancel", () => {
  it("stops a run whose model works, and its question goes to Catch", async () => {
    const { script, started, stopped } = hangs("Well");
    await using served = await serveModel([script]);
    const thread = await served.api.createThread({});
    await using flow = await runFlow([served.config, ...nodes], { credentials: served.credentials });
    flow.send("run", {
      payload: "What?",
      thread,
      assistant: await served.api.createAssistant({ model: "m" }),
    });
    await started;
    flow.send("cancel", { payload: "kept", thread });
    const { payload, run: cancelled } = await flow.inbox("cancelled").next();
    await stopped;
    assert.equal(payload, "kept");
    assert.ok(typeof cancelled === "object" && cancelled !== null && "status" in cancelled);
    assert.equal(cancelled.status, "cancelled");
    assert.equal((await caughtError(flow)).code, "run_cancelled");
    assert.equal(flow.inbox("answers").arrived.length, 0);
  });

  it("stops a run that waits for the flow, and its question goes to Catch", async () => {
    await using served = await serveModel([calls({ name: "lookUp" }), says("never")]);
    const thread = await served.api.createThread({});
    await using flow = await runFlow([served.config, ...nodes], { credentials: served.credentials });
    const assistant = await served.api.createAssistant({
      model: "m",
      tools: [{ type: "function", function: { name: "lookUp" } }],
    });
    flow.send("run", { payload: "What?", thread, assistant });
    await flow.inbox("calls").next();
    flow.send("cancel", { thread });
    await flow.inbox("cancelled").next();
    assert.equal((await caughtError(flow)).code, "run_cancelled");
    assert.equal(served.model.requests.length, 1);
  });

  it("fails where no run is active", async () => {
    await using served = await serveModel([says("Hello.")]);
    const thread = await served.api.createThread({});
    await using flow = await runFlow([served.config, ...nodes], { credentials: served.credentials });
    flow.send("cancel", { thread });
    assert.equal((await caughtError(flow)).code, "no_active_run");
    assert.equal(flow.inbox("completed").arrived.length, 0);
  });

  it("fails without a thread", async () => {
    await using served = await serveModel([says("Hello.")]);
    await using flow = await runFlow([served.config, ...nodes], { credentials: served.credentials });
    flow.send("cancel", {});
    assert.equal((await caughtError(flow)).code, "thread_missing");
  });
});

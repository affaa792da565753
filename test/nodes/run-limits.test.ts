/** How long a run may work, and how much a tool may answer. */
import assert from "node:assert/strict";
import { calls, hangs, says } from "../scripted-model.ts";
import { caughtError } from "./caught-error.ts";
import { catchAll, complete, inbox, run } from "./node-fields.ts";
import { runFlow } from "./running-flow.ts";
import { serveModel } from "./served-model.ts";

const around = [...["answers", "calls", "caught", "completed"].map(inbox), catchAll(), complete("run")];
const tools = [{ type: "function" as const, function: { name: "lookUp" } }];

describe("the time that a run may work", () => {
  it("ends one that takes longer, with an error", async () => {
    const { script, stopped } = hangs("Well");
    await using served = await serveModel([script]);
    const nodes = [served.config, run({ runTimeout: 0.3 }), ...around];
    await using flow = await runFlow(nodes, { credentials: served.credentials });
    const assistant = await served.api.createAssistant({ model: "m" });
    flow.send("run", { payload: "What?", assistant });
    assert.equal((await caughtError(flow)).code, "run_timeout");
    await stopped;
  });

  it("does not count what the flow takes for its tools", async () => {
    await using served = await serveModel([calls({ name: "lookUp" }), says("Done.")]);
    const nodes = [served.config, run({ runTimeout: 3 }), ...around];
    await using flow = await runFlow(nodes, { credentials: served.credentials });
    const assistant = await served.api.createAssistant({ model: "m", tools });
    flow.send("run", { payload: "What?", assistant });
    const call = await flow.inbox("calls").next();
    const timer = Promise.withResolvers<void>();
    setTimeout(timer.resolve, 3200);
    await timer.promise;
    flow.send("run", { ...call, payload: "late but fine" });
    assert.equal((await flow.inbox("answers").next()).payload, "Done.");
  });
});

describe("an answer of the flow", () => {
  for (const [title, payload, told] of [
    ["that is larger than the limit", "x".repeat(2049), /too large/],
    ["that is bytes and no text", Buffer.from([0xff]), /binary/],
  ] as const) {
    it(`${title} becomes an error for the model and a warning for the author`, async () => {
      await using served = await serveModel([calls({ name: "lookUp" }), says("Done.")]);
      const nodes = [served.config, run({ maxOutput: 2 }), ...around];
      await using flow = await runFlow(nodes, { credentials: served.credentials });
      const assistant = await served.api.createAssistant({ model: "m", tools });
      flow.send("run", { payload: "What?", assistant });
      flow.send("run", { ...(await flow.inbox("calls").next()), payload });
      await flow.inbox("answers").next();
      const output = served.model.requests[1]?.items.at(-1);
      assert.ok(output?.type === "tool_output");
      assert.match(JSON.parse(output.output).error, told);
      assert.equal(flow.logged().warnings.length, 1);
    });
  }
});

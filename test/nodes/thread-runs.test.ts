import assert from "node:assert/strict";
import type { NodeMessage } from "node-red";
import type { Run, Thread } from "../../src/contract/objects.ts";
import { says } from "../scripted-model.ts";
import { caughtError } from "./caught-error.ts";
import { catchAll, inbox, run } from "./node-fields.ts";
import { type RunningFlow, runFlow } from "./running-flow.ts";
import { type Served, serveModel } from "./served-model.ts";

describe("the run node's view of a thread's runs", () => {
  let served: Served;
  let flow: RunningFlow;
  let thread: Thread;
  /** Oldest first. */
  let runs: Run[];

  const stands = (run_id: string) => served.api.getRun({ thread_id: thread.id, run_id });

  async function ended({ id }: Run): Promise<Run> {
    for (;;) {
      const now = await stands(id);
      if (now.status === "completed") return now;
    }
  }

  beforeEach(async () => {
    served = await serveModel([says("Hello.")]);
    thread = await served.api.createThread({});
    const { id: assistant_id } = await served.api.createAssistant({ model: "m" });
    runs = [];
    for (let count = 0; count < 3; count += 1) {
      runs.push(await ended(await served.api.createRun({ thread_id: thread.id, assistant_id })));
    }
  });
  afterEach(async () => {
    await flow[Symbol.asyncDispose]();
    await served[Symbol.asyncDispose]();
  });

  async function start(fields: object): Promise<void> {
    const node = run({ outputs: 1, wires: [["out"]], ...fields });
    const nodes = [node, inbox("out"), inbox("caught"), catchAll()];
    flow = await runFlow([served.config, ...nodes], { credentials: served.credentials });
  }

  async function pass(msg: NodeMessage): Promise<NodeMessage> {
    flow.send("run", { thread, ...msg });
    return flow.inbox("out").next();
  }

  it("lists the newest first, and leaves the payload alone", async () => {
    await start({ operation: "list" });
    const msg = await pass({ payload: "kept" });
    assert.deepEqual([msg["runs"], msg.payload], [runs.toReversed(), "kept"]);
  });

  it("lists as many as the form says, in the order it says", async () => {
    await start({ operation: "list", limit: "2", order: "asc" });
    assert.deepEqual((await pass({}))["runs"], runs.slice(0, 2));
  });

  for (const by of ["object", "id"]) {
    it(`retrieves the run given as ${by} as it stands now`, async () => {
      await start({ operation: "retrieve", run: "run", runType: "msg" });
      const [first] = runs;
      assert.ok(first);
      const changed = await served.api.updateRun({
        thread_id: thread.id,
        run_id: first.id,
        metadata: { a: "1" },
      });
      assert.deepEqual((await pass({ run: by === "id" ? first.id : first }))["run"], changed);
    });
  }

  it("sends what names no run, or one that is gone, to Catch", async () => {
    await start({ operation: "retrieve" });
    flow.send("run", { thread });
    assert.equal((await caughtError(flow)).code, "run_missing");
    flow.send("run", { thread, run: "run_000000000000000000000000" });
    assert.equal((await caughtError(flow)).code, "run_not_found");
    assert.deepEqual(flow.inbox("out").arrived, []);
  });

  for (const operation of ["list", "retrieve"]) {
    it(`sends a message without a thread to Catch: ${operation}`, async () => {
      await start({ operation });
      flow.send("run", { run: "run_1" });
      assert.equal((await caughtError(flow)).code, "thread_missing");
    });
  }
});

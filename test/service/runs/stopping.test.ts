/** Runs that are cancelled, or deleted with their thread, while something is under way. */
import assert from "node:assert/strict";
import type { Run } from "../../../src/contract/objects.ts";
import { calls, hangs, ScriptedModel, says } from "../../scripted-model.ts";
import {
  freshService,
  messagesOf,
  openCalls,
  startRun,
  stepsOf,
  textsOf,
  untilMessageIsOpen,
  untilRunEnds,
  untilRunIs,
} from "../running-service.ts";
import { openStore } from "../store/open-store.ts";
import { deaf } from "./deaf-model.ts";
import { executorWhoseMessageOpens } from "./slow-opening.ts";

const ofRun = ({ id, thread_id }: Run) => ({ run_id: id, thread_id });

describe("a run that is cancelled", () => {
  it("is cancelling at once, its model is stopped, and then it is cancelled", async () => {
    const model = hangs("Half a");
    await using service = await freshService(new ScriptedModel(model.script));
    const begun = await startRun(service.api);
    await untilMessageIsOpen(service.api, begun);
    assert.equal((await service.api.cancelRun(ofRun(begun))).status, "cancelling");
    await model.stopped;
    const run = await untilRunEnds(service.api, begun);
    assert.equal(run.status, "cancelled");
    assert.ok((run.cancelled_at ?? 0) >= run.created_at);
    const [message] = await messagesOf(service.api, run);
    assert.deepEqual(textsOf(message ? [message] : []), ["Half a"]);
    assert.deepEqual(message?.incomplete_details, { reason: "run_cancelled" });
    const [step] = await stepsOf(service.api, run);
    assert.deepEqual([step?.status, step?.cancelled_at], ["cancelled", run.cancelled_at]);
  });

  it("ends at once though its model does not listen", async () => {
    await using service = await freshService(deaf);
    const begun = await startRun(service.api);
    await untilMessageIsOpen(service.api, begun);
    await service.api.cancelRun(ofRun(begun));
    assert.equal((await untilRunEnds(service.api, begun)).status, "cancelled");
  });

  it("is not overwritten by an answer that comes late", async () => {
    const released = Promise.withResolvers<void>();
    const said = Promise.withResolvers<void>();
    const late = async function* () {
      yield { type: "text_delta", text: "Half a" } as const;
      await released.promise;
      yield { type: "text_delta", text: " loaf" } as const;
      yield { type: "finish", reason: "stop" } as const;
      said.resolve();
    };
    await using service = await freshService(new ScriptedModel(late, says("Next.")));
    const begun = await startRun(service.api);
    await untilMessageIsOpen(service.api, begun);
    await service.api.cancelRun(ofRun(begun));
    const run = await untilRunEnds(service.api, begun);
    released.resolve();
    const next = await service.api.createRun({ thread_id: run.thread_id, assistant_id: run.assistant_id });
    await untilRunEnds(service.api, next);
    assert.deepEqual(await service.api.getRun(ofRun(run)), run);
    assert.deepEqual(textsOf(await messagesOf(service.api, run)), ["Half a"]);
  });

  it("asks no model when it still stood in the queue", async () => {
    const first = hangs();
    const model = new ScriptedModel(first.script);
    await using service = await freshService(model, { concurrentRuns: 1 });
    await startRun(service.api);
    await first.started;
    const queued = await startRun(service.api);
    await service.api.cancelRun(ofRun(queued));
    const run = await untilRunEnds(service.api, queued);
    assert.deepEqual([run.status, run.started_at], ["cancelled", null]);
    assert.equal(model.requests.length, 1);
  });

  it("gives up its calls when it waited for their outputs", async () => {
    await using service = await freshService(new ScriptedModel(calls({ name: "get_weather" })));
    const waiting = await untilRunIs(service.api, await startRun(service.api), "requires_action");
    await service.api.cancelRun(ofRun(waiting));
    const run = await untilRunEnds(service.api, waiting);
    assert.deepEqual([run.status, run.required_action], ["cancelled", null]);
    const [step] = await stepsOf(service.api, run);
    assert.equal(step?.status, "cancelled");
    const tool_outputs = openCalls(waiting).map((tool_call_id) => ({ tool_call_id, output: "late" }));
    await assert.rejects(service.api.submitToolOutputsToRun({ ...ofRun(run), tool_outputs }), {
      message: 'Runs in status "cancelled" do not accept tool outputs.',
    });
  });

  it("cannot be cancelled again", async () => {
    await using service = await freshService(new ScriptedModel(calls({ name: "get_weather" })));
    const waiting = await untilRunIs(service.api, await startRun(service.api), "requires_action");
    await service.api.cancelRun(ofRun(waiting));
    await untilRunEnds(service.api, waiting);
    await assert.rejects(service.api.cancelRun(ofRun(waiting)), {
      status: 400,
      message: "Cannot cancel run with status 'cancelled'.",
    });
  });
});

describe("a thread that is deleted while its run streams", () => {
  it("stops the model and leaves nothing behind", async () => {
    const model = hangs("Half a");
    await using service = await freshService(new ScriptedModel(model.script));
    const run = await startRun(service.api);
    await untilMessageIsOpen(service.api, run);
    const [message] = await messagesOf(service.api, run);
    const { thread_id } = run;
    await service.api.deleteThread({ thread_id });
    await model.stopped;
    await assert.rejects(service.api.getRun(ofRun(run)), { code: "run_not_found" });
    await assert.rejects(service.api.getMessage({ thread_id, message_id: message?.id ?? "" }), {
      code: "message_not_found",
    });
    await service.close();
    assert.deepEqual(service.reported, []);
  });

  it("leaves nothing behind though its message is being opened just then", async () => {
    await using open = await openStore();
    const { executor, opened, run, reported } = await executorWhoseMessageOpens(
      open,
      new ScriptedModel(says("Sunny.")),
      ({ thread_id }) => open.store.commit([{ delete: "thread", id: thread_id }]),
    );
    executor.enqueue(run);
    await opened;
    await executor.close();
    const all = { order: "asc", limit: 10 } as const;
    const left = await Promise.all([open.store.list("message", all), open.store.list("run_step", all)]);
    assert.deepEqual([left, reported], [[[], []], []]);
  });

  it("makes room for the next run", async () => {
    const model = hangs("Half a");
    const scripted = new ScriptedModel(model.script, says("Done."));
    await using service = await freshService(scripted, { concurrentRuns: 1 });
    const { thread_id } = await startRun(service.api);
    await model.started;
    await service.api.deleteThread({ thread_id });
    assert.equal((await untilRunEnds(service.api, await startRun(service.api))).status, "completed");
  });
});

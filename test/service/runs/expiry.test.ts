/** Runs whose tool outputs do not come in time. */
import assert from "node:assert/strict";
import type { StreamEvent } from "../../../src/contract/events.ts";
import { RunExpiry } from "../../../src/service/runs/run-expiry.ts";
import { calls, hangs, ScriptedModel, says } from "../../scripted-model.ts";
import {
  freshService,
  openCalls,
  startRun,
  stepsOf,
  untilMessageIsOpen,
  untilRunEnds,
  untilRunIs,
} from "../running-service.ts";

const seconds = () => Math.floor(Date.now() / 1000);

describe("a run that waits for tool outputs", () => {
  it("shows ten minutes from then", async () => {
    await using service = await freshService(new ScriptedModel(calls({ name: "get_weather" })));
    const before = seconds();
    const run = await untilRunIs(service.api, await startRun(service.api), "requires_action");
    const expiry = run.expires_at ?? 0;
    assert.ok(expiry >= before + 600 && expiry <= seconds() + 600);
  });

  it("expires when they do not come, and its step with it", async () => {
    const model = new ScriptedModel(calls({ name: "get_weather" }));
    await using service = await freshService(model, { actionSeconds: 1 });
    const waiting = await untilRunIs(service.api, await startRun(service.api), "requires_action");
    const run = await untilRunEnds(service.api, waiting);
    assert.equal(run.status, "expired");
    assert.ok(seconds() >= (waiting.expires_at ?? 0));
    assert.deepEqual([run.expires_at, run.required_action], [null, null]);
    assert.equal(run.usage?.total_tokens, 15);
    const [step] = await stepsOf(service.api, run);
    assert.equal(step?.status, "expired");
    assert.ok((step?.expired_at ?? 0) >= (waiting.expires_at ?? 0));
  });

  it("refuses outputs that come after that, in the original service's words, and frees the thread", async () => {
    const model = new ScriptedModel(calls({ name: "get_weather" }), says("Done."));
    await using service = await freshService(model, { actionSeconds: 1 });
    const waiting = await untilRunIs(service.api, await startRun(service.api), "requires_action");
    const { id: run_id, thread_id, assistant_id } = await untilRunEnds(service.api, waiting);
    const tool_outputs = openCalls(waiting).map((tool_call_id) => ({ tool_call_id, output: "late" }));
    await assert.rejects(service.api.submitToolOutputsToRun({ thread_id, run_id, tool_outputs }), {
      status: 400,
      message: 'Runs in status "expired" do not accept tool outputs.',
    });
    const next = await service.api.createRun({ thread_id, assistant_id });
    assert.equal((await untilRunEnds(service.api, next)).status, "completed");
  });

  it("has its time anew at each step", async () => {
    const model = new ScriptedModel(
      calls({ name: "get_weather" }),
      calls({ name: "get_time" }),
      says("Done."),
    );
    await using service = await freshService(model, { actionSeconds: 2 });
    const { api } = service;
    const first = await untilRunIs(api, await startRun(api), "requires_action");
    while (seconds() < (first.expires_at ?? 0) - 1) await new Promise((resolve) => setTimeout(resolve, 10));
    const answer = (run: typeof first) =>
      api.submitToolOutputsToRun({
        thread_id: run.thread_id,
        run_id: run.id,
        tool_outputs: openCalls(run).map((tool_call_id) => ({ tool_call_id, output: "" })),
      });
    await answer(first);
    const second = await untilRunIs(api, first, "requires_action");
    assert.ok((second.expires_at ?? 0) > (first.expires_at ?? 0));
    while (seconds() < (first.expires_at ?? 0)) await new Promise((resolve) => setTimeout(resolve, 10));
    await answer(second);
    assert.equal((await untilRunEnds(api, second)).status, "completed");
  });
});

describe("a run whose work has a limit", () => {
  it("expires while the model speaks, with what was said by then, and its readers are told", async () => {
    const { script, stopped } = hangs("It is");
    await using service = await freshService(new ScriptedModel(script), { workSeconds: 1 });
    const { api } = service;
    const { id: assistant_id } = await api.createAssistant({ model: "scripted" });
    const events: StreamEvent[] = [];
    for await (const event of api.streamThreadAndRun({ assistant_id })) events.push(event);
    await stopped;
    assert.deepEqual(
      events.slice(-3).map(({ event }) => event),
      ["thread.message.incomplete", "thread.run.step.expired", "thread.run.expired"],
    );
    const [message, step, run] = events.slice(-3).map(({ data }) => data);
    assert.ok(message?.object === "thread.message" && run?.object === "thread.run");
    assert.deepEqual(message.incomplete_details, { reason: "run_expired" });
    assert.deepEqual(message.content, [{ type: "text", text: { value: "It is", annotations: [] } }]);
    assert.deepEqual([run.expires_at, run.usage?.total_tokens], [null, 0]);
    assert.ok(step?.object === "thread.run.step" && step.expired_at !== null);
  });

  it("expires in the queue, and the model is never asked", async () => {
    const { script } = hangs();
    const model = new ScriptedModel(script);
    const limits = { workSeconds: 1, concurrentRuns: 1 };
    await using service = await freshService(model, limits);
    const { api } = service;
    const { id: assistant_id } = await api.createAssistant({ model: "scripted" });
    const [first, second] = await Promise.all([
      api.createThreadAndRun({ assistant_id }),
      api.createThreadAndRun({ assistant_id }),
    ]);
    const ended = await Promise.all([first, second].map((run) => untilRunEnds(api, run)));
    assert.deepEqual(
      ended.map(({ status }) => status),
      ["expired", "expired"],
    );
    assert.equal(model.requests.length, 1);
    assert.equal(ended.filter(({ started_at }) => started_at === null).length, 1);
  });

  it("has its time anew when its outputs come", async () => {
    const model = new ScriptedModel(calls({ name: "get_weather" }), hangs().script);
    await using service = await freshService(model, { workSeconds: 60, actionSeconds: 600 });
    const waiting = await untilRunIs(service.api, await startRun(service.api), "requires_action");
    const { thread_id, id: run_id } = waiting;
    const tool_outputs = openCalls(waiting).map((tool_call_id) => ({ tool_call_id, output: "" }));
    const before = seconds();
    const { expires_at } = await service.api.submitToolOutputsToRun({ thread_id, run_id, tool_outputs });
    assert.ok((expires_at ?? 0) >= before + 60 && (expires_at ?? 0) <= seconds() + 60);
  });
});

describe("a run that is in progress", () => {
  it("does not expire: the time is enforced only where outputs are awaited", async () => {
    const model = hangs("Half a");
    await using service = await freshService(new ScriptedModel(model.script), { actionSeconds: 1 });
    const run = await startRun(service.api);
    await untilMessageIsOpen(service.api, run);
    const due = (run.expires_at ?? 0) + 1;
    while (seconds() < due) await new Promise((resolve) => setTimeout(resolve, 20));
    const { status } = await service.api.getRun({ thread_id: run.thread_id, run_id: run.id });
    assert.equal(status, "in_progress");
  });
});

describe("the timer of the runs that wait", () => {
  /** A timer, and a promise of the next runs that fall due. */
  function timer() {
    const due: string[] = [];
    let told = Promise.withResolvers<void>();
    const expiry = new RunExpiry(seconds, (runId) => {
      due.push(runId);
      told.resolve();
      told = Promise.withResolvers<void>();
    });
    return { expiry, due, next: () => told.promise };
  }

  // The timer alone keeps no process alive, and here nothing else does.
  let alive: NodeJS.Timeout;
  before(() => {
    alive = setInterval(() => {}, 1000);
  });
  after(() => clearInterval(alive));

  it("tells of a run that is due already", async () => {
    const { expiry, due, next } = timer();
    expiry.arm("run_1", seconds() - 5);
    await next();
    assert.deepEqual(due, ["run_1"]);
    expiry.close();
  });

  it("tells of the sooner one first, whichever came first, and then of the later", async () => {
    const { expiry, due, next } = timer();
    expiry.arm("run_later", seconds() + 1);
    expiry.arm("run_sooner", seconds() - 1);
    await next();
    assert.deepEqual(due, ["run_sooner"]);
    await next();
    assert.deepEqual(due, ["run_sooner", "run_later"]);
    expiry.close();
  });

  it("tells of no run that has its outputs", async () => {
    const { expiry, due, next } = timer();
    expiry.arm("run_1", seconds() - 1);
    expiry.arm("run_2", seconds() - 1);
    expiry.disarm("run_1");
    await next();
    assert.deepEqual(due, ["run_2"]);
    expiry.close();
  });

  it("takes a time beyond the reach of setTimeout", async () => {
    const warnings: Error[] = [];
    const note = (warning: Error) => warnings.push(warning);
    process.on("warning", note);
    const { expiry, due } = timer();
    expiry.arm("run_next_year", seconds() + 31_536_000);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expiry.close();
    process.off("warning", note);
    assert.deepEqual([due, warnings], [[], []]);
  });
});

describe("a run that is to wait for longer", () => {
  it("does not expire before that, and takes its outputs", async () => {
    const call = calls({ name: "get_weather" });
    await using service = await freshService(new ScriptedModel(call, call, says("Done.")), {
      actionSeconds: 2,
    });
    const waiting = await untilRunIs(service.api, await startRun(service.api), "requires_action");
    const until = seconds() + 60;
    await service.waitUntil(waiting.id, until);
    const { thread_id, id: run_id } = waiting;
    const longer = await service.api.getRun({ thread_id, run_id });
    assert.deepEqual([longer.expires_at, longer.required_action], [until, waiting.required_action]);
    // One that began later and was not postponed has expired: the first one's first time is over.
    assert.equal((await untilRunEnds(service.api, await startRun(service.api))).status, "expired");
    const tool_outputs = openCalls(waiting).map((tool_call_id) => ({ tool_call_id, output: "late" }));
    const run = await service.api.submitToolOutputsToRun({ thread_id, run_id, tool_outputs });
    assert.equal((await untilRunEnds(service.api, run)).status, "completed");
  });

  it("expires when that time is over", async () => {
    const model = new ScriptedModel(calls({ name: "get_weather" }));
    await using service = await freshService(model, { actionSeconds: 3 });
    const waiting = await untilRunIs(service.api, await startRun(service.api), "requires_action");
    const until = (waiting.expires_at ?? 0) + 1;
    await service.waitUntil(waiting.id, until);
    assert.equal((await untilRunEnds(service.api, waiting)).status, "expired");
    assert.ok(seconds() >= until);
  });

  it("keeps a time that is longer already, and stays as it is where it waits for nothing", async () => {
    const model = new ScriptedModel(calls({ name: "get_weather" }), says("Done."));
    await using service = await freshService(model);
    const waiting = await untilRunIs(service.api, await startRun(service.api), "requires_action");
    await service.waitUntil(waiting.id, seconds() + 1);
    const { thread_id, id: run_id } = waiting;
    assert.equal((await service.api.getRun({ thread_id, run_id })).expires_at, waiting.expires_at);
    const tool_outputs = openCalls(waiting).map((tool_call_id) => ({ tool_call_id, output: "x" }));
    const run = await service.api.submitToolOutputsToRun({ thread_id, run_id, tool_outputs });
    const ended = await untilRunEnds(service.api, run);
    await service.waitUntil(run.id, seconds() + 1000);
    assert.deepEqual(await service.api.getRun({ thread_id, run_id }), ended);
  });
});

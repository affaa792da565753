/** What becomes of runs when the service goes down under them, by `kill -9` and in order. */
import assert from "node:assert/strict";
import type { Run, RunStatus } from "../../../src/contract/objects.ts";
import { openSqliteStore } from "../../../src/service/store/sqlite-store.ts";
import { calls, hangs, ScriptedModel, says } from "../../scripted-model.ts";
import { startChild, startChildWithFullDisk } from "../child-process.ts";
import {
  messagesOf,
  openCalls,
  openRunning,
  startRun,
  stepsOf,
  textsOf,
  untilMessageIsOpen,
  untilRunEnds,
  untilRunIs,
} from "../running-service.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { deaf } from "./deaf-model.ts";

const FULL_DISK_CHILD = new URL("./fixtures/full-disk-child.ts", import.meta.url);
const CRASH_CHILD = new URL("./fixtures/crash-child.ts", import.meta.url);

const ofRun = ({ id, thread_id }: Run) => ({ run_id: id, thread_id });

/** Has a service killed in that state. */
async function crash(directory: string, state: string): Promise<Run> {
  await using child = startChild(CRASH_CHILD, directory, state);
  const [line = ""] = await child.printed(1);
  await child.kill();
  return JSON.parse(line);
}

/** Has a service that was killed take up its run again, and killed again while the model speaks. */
async function crashAgain(directory: string): Promise<void> {
  await using child = startChild(CRASH_CHILD, directory, "again");
  await child.printed(1);
}

/** What stands on the disk before anybody recovers it. */
async function storedStates(directory: string, run: Run): Promise<[RunStatus | undefined, number]> {
  const store = await openSqliteStore(directory);
  const stored = await store.get("run", run.id);
  const messages = await store.list("message", { where: { run_id: run.id }, limit: 10, order: "asc" });
  await store.close();
  return [stored?.object.status, messages.length];
}

describe("after a crash", () => {
  const goOn: [string, RunStatus, number][] = [
    ["queued", "queued", 0],
    ["asking", "in_progress", 0],
    ["writing", "in_progress", 1],
  ];
  it("a model gets back what it kept, before the call that it belongs to", async () => {
    await using directory = await temporaryDirectory();
    const left = await crash(directory.path, "keeping");
    const model = new ScriptedModel(says("Sunny."));
    await using service = await openRunning(directory.path, model);
    const tool_outputs = openCalls(left).map((tool_call_id) => ({ tool_call_id, output: "sunny" }));
    await service.api.submitToolOutputsToRun({ ...ofRun(left), tool_outputs });
    assert.equal((await untilRunEnds(service.api, left)).status, "completed");
    assert.deepEqual(
      model.requests[0]?.items.map((item) => (item.type === "opaque" ? item.data : item.type)),
      ["message", "sealed", "tool_call", "tool_output"],
    );
  });

  for (const [state, status, openMessages] of goOn) {
    it(`a run that was ${status} with ${openMessages} messages begun completes with exactly one`, async () => {
      await using directory = await temporaryDirectory();
      const left = await crash(directory.path, state);
      assert.deepEqual(await storedStates(directory.path, left), [status, openMessages]);
      await using service = await openRunning(directory.path, new ScriptedModel(says("Sunny.")));
      const run = await untilRunEnds(service.api, left);
      assert.equal(run.status, "completed");
      const messages = await messagesOf(service.api, run);
      assert.deepEqual(textsOf(messages), ["Sunny."]);
      assert.deepEqual(messages[0]?.status, "completed");
      assert.deepEqual(service.reported, []);
    });
  }

  it("closes the step that was cut off and does it again in another", async () => {
    await using directory = await temporaryDirectory();
    const left = await crash(directory.path, "writing");
    await using service = await openRunning(directory.path, new ScriptedModel(says("Sunny.")));
    const run = await untilRunEnds(service.api, left);
    const steps = await stepsOf(service.api, run);
    assert.deepEqual(
      steps.map((step) => step.status),
      ["failed", "completed"],
    );
    assert.equal(steps[0]?.last_error?.code, "server_error");
    assert.ok((steps[0]?.failed_at ?? 0) >= left.created_at);
  });

  it("asks the model the same question again", async () => {
    await using directory = await temporaryDirectory();
    const left = await crash(directory.path, "writing");
    const model = new ScriptedModel(says("Sunny."));
    await using service = await openRunning(directory.path, model);
    await untilRunEnds(service.api, left);
    assert.equal(model.requests.length, 1);
    assert.deepEqual(model.requests[0]?.items, [
      { type: "message", role: "user", content: [{ type: "text", text: "How is the weather?" }] },
    ]);
  });

  it("a run that waits for tool outputs goes on waiting and takes them", async () => {
    await using directory = await temporaryDirectory();
    const left = await crash(directory.path, "waiting");
    const model = new ScriptedModel(says("Sunny."));
    await using service = await openRunning(directory.path, model);
    assert.deepEqual(await service.api.getRun(ofRun(left)), left);
    const tool_outputs = openCalls(left).map((tool_call_id) => ({ tool_call_id, output: "sunny" }));
    await service.api.submitToolOutputsToRun({ ...ofRun(left), tool_outputs });
    const run = await untilRunEnds(service.api, left);
    assert.equal(run.status, "completed");
    assert.deepEqual(model.requests[0]?.items.at(-1), {
      type: "tool_output",
      tool_call_id: openCalls(left)[0],
      name: "get_weather",
      output: "sunny",
    });
  });

  it("a run that was being cancelled is cancelled, with its step and its message", async () => {
    await using directory = await temporaryDirectory();
    const left = await crash(directory.path, "cancelling");
    assert.deepEqual(await storedStates(directory.path, left), ["cancelling", 1]);
    const model = new ScriptedModel(says("Too late."));
    await using service = await openRunning(directory.path, model);
    const run = await untilRunEnds(service.api, left);
    assert.equal(run.status, "cancelled");
    assert.equal(model.requests.length, 0);
    const [message] = await messagesOf(service.api, run);
    assert.deepEqual(
      [message?.status, message?.incomplete_details],
      ["incomplete", { reason: "run_cancelled" }],
    );
    const [step] = await stepsOf(service.api, run);
    assert.equal(step?.status, "cancelled");
  });

  it("a model call is repeated twice, and completes when the third life is long enough", async () => {
    await using directory = await temporaryDirectory();
    const left = await crash(directory.path, "writing");
    await crashAgain(directory.path);
    await using service = await openRunning(directory.path, new ScriptedModel(says("Sunny.")));
    const run = await untilRunEnds(service.api, left);
    assert.equal(run.status, "completed");
    assert.deepEqual(textsOf(await messagesOf(service.api, run)), ["Sunny."]);
  });

  it("a run that was cut off a third time fails with a clear error, and frees its thread", async () => {
    await using directory = await temporaryDirectory();
    const left = await crash(directory.path, "writing");
    await crashAgain(directory.path);
    await crashAgain(directory.path);
    const model = new ScriptedModel(says("Sunny."));
    await using service = await openRunning(directory.path, model);
    const run = await untilRunEnds(service.api, left);
    assert.equal(run.status, "failed");
    assert.equal(run.last_error?.code, "server_error");
    assert.match(run.last_error?.message ?? "", /stopped 3 times/);
    assert.equal(model.requests.length, 0);
    for (const step of await stepsOf(service.api, run)) assert.equal(step.status, "failed");
    for (const message of await messagesOf(service.api, run)) assert.equal(message.status, "incomplete");
    const { thread_id, assistant_id } = run;
    await service.api.createRun({ thread_id, assistant_id });
  });

  it("a run whose tool outputs are overdue by then expires", async () => {
    await using directory = await temporaryDirectory();
    const waiting = await overdueRun(directory.path);
    await using service = await openRunning(directory.path, new ScriptedModel(says("Sunny.")));
    const run = await untilRunEnds(service.api, waiting);
    assert.equal(run.status, "expired");
  });
});

describe("a start on a full disk", () => {
  it("opens for reading, and takes the runs up when there is room again", async () => {
    await using directory = await temporaryDirectory();
    const left = await crash(directory.path, "writing");
    await using full = startChildWithFullDisk(0, FULL_DISK_CHILD, directory.path, left.thread_id, left.id);
    const lines = await full.ended();
    assert.deepEqual(JSON.parse(lines.at(-1) ?? "null"), {
      run: "in_progress",
      written: "store_unavailable",
      reported: ["store_unavailable"],
    });
    await using service = await openRunning(directory.path, new ScriptedModel(says("Sunny.")));
    assert.equal((await untilRunEnds(service.api, left)).status, "completed");
  });
});

/** A run that fell due while no service was there. */
async function overdueRun(directory: string): Promise<Run> {
  const model = new ScriptedModel(calls({ name: "get_weather" }));
  await using service = await openRunning(directory, model, { actionSeconds: 1 });
  const waiting = await untilRunIs(service.api, await startRun(service.api), "requires_action");
  await service.close();
  const due = (waiting.expires_at ?? 0) * 1000;
  await new Promise((resolve) => setTimeout(resolve, due - Date.now() + 10));
  return waiting;
}

describe("closing the service", () => {
  it("stops the models at once and leaves their runs to the next start, which completes them once", async () => {
    await using directory = await temporaryDirectory();
    const model = hangs("Half a");
    const first = await openRunning(directory.path, new ScriptedModel(model.script));
    const begun = await startRun(first.api);
    await untilMessageIsOpen(first.api, begun);
    await first.close();
    await model.stopped;
    assert.deepEqual(await storedStates(directory.path, begun), ["in_progress", 1]);

    await using second = await openRunning(directory.path, new ScriptedModel(says("Whole.")));
    const run = await untilRunEnds(second.api, begun);
    assert.equal(run.status, "completed");
    assert.deepEqual(textsOf(await messagesOf(second.api, run)), ["Whole."]);
    assert.deepEqual([first.reported, second.reported], [[], []]);
  });

  it("is no interruption, however often it comes during one model call", async () => {
    await using directory = await temporaryDirectory();
    let begun: Run | null = null;
    for (let life = 0; life < 3; life += 1) {
      const model = hangs("Half a");
      await using service = await openRunning(directory.path, new ScriptedModel(model.script));
      begun ??= await startRun(service.api);
      await model.started;
    }
    assert.ok(begun);
    await using last = await openRunning(directory.path, new ScriptedModel(says("Whole.")));
    const run = await untilRunEnds(last.api, begun);
    assert.deepEqual([run.status, run.last_error], ["completed", null]);
    assert.deepEqual(textsOf(await messagesOf(last.api, run)), ["Whole."]);
  });

  it("does not wait for a model that does not listen", async () => {
    await using directory = await temporaryDirectory();
    const service = await openRunning(directory.path, deaf);
    await untilMessageIsOpen(service.api, await startRun(service.api));
    await service.close();
  });

  it("takes up queued runs at the next start, more of them than may run at once", async () => {
    await using directory = await temporaryDirectory();
    const model = hangs();
    const first = await openRunning(directory.path, new ScriptedModel(model.script), { concurrentRuns: 1 });
    const runs = await Promise.all(Array.from({ length: 5 }, () => startRun(first.api)));
    await model.started;
    await first.close();
    await using second = await openRunning(directory.path, new ScriptedModel(says("Done.")), {
      concurrentRuns: 2,
    });
    const ended = await Promise.all(runs.map((run) => untilRunEnds(second.api, run)));
    assert.deepEqual(
      ended.map((run) => run.status),
      Array(5).fill("completed"),
    );
  });

  it("can be asked for twice, and refuses what is asked after it", async () => {
    await using directory = await temporaryDirectory();
    const service = await openRunning(directory.path, new ScriptedModel(says("Done.")));
    await Promise.all([service.close(), service.close()]);
    await assert.rejects(service.api.createThread({}), { code: "service_closed", status: 503 });
  });
});

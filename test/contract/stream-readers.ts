/** Streams and those who read them: who is told what, what is refused, and what becomes of the run. */
import assert from "node:assert/strict";
import type { StreamEvent } from "../../src/contract/events.ts";
import type { Run } from "../../src/contract/objects.ts";
import { calls, hangs, type Script, says } from "../scripted-model.ts";
import { assertNotFound, assertRejects, errorOf } from "./rejections.ts";
import { atRest, inStatus, openCalls } from "./run-progress.ts";
import { read, textOf } from "./stream-events.ts";
import { functionTools, type Subject } from "./subject.ts";

const tools = functionTools("f");

/** Says "Wait" and the rest when the test says so. */
function waits() {
  const started = Promise.withResolvers<void>();
  const { promise, resolve: finish } = Promise.withResolvers<void>();
  const script: Script = async function* () {
    yield { type: "text_delta", text: "Wait" };
    started.resolve();
    await promise;
    yield { type: "text_delta", text: ", please." };
    yield { type: "finish", reason: "stop" };
  };
  return { script, started: started.promise, finish };
}

export function streamReadersSuite(subject: Subject): void {
  const next = (stream: AsyncIterable<StreamEvent>) => stream[Symbol.asyncIterator]().next();

  it("tells of two runs at once, each to its own reader", async () => {
    const one = await subject.scene([says("one")]);
    const two = await subject.scene([says("two")]);
    const [first, second] = await Promise.all(
      [one, two].map(({ assistant, thread_id }) =>
        read(subject.api.streamRun({ thread_id, assistant_id: assistant.id })),
      ),
    );
    assert.deepEqual([textOf(first ?? []), textOf(second ?? [])], ["one", "two"]);
  });

  it("lets the run go on when its reader goes away", async () => {
    const { script, started, finish } = waits();
    const { assistant, thread_id } = await subject.scene([script]);
    let run: Run | null = null;
    for await (const { event, data } of subject.api.streamRun({ thread_id, assistant_id: assistant.id })) {
      if (event === "thread.run.created") run = data;
      if (event === "thread.message.delta") break;
    }
    await started;
    finish();
    assert.ok(run);
    assert.equal((await atRest(subject.api, run)).status, "completed");
  });

  it("gives a stream up when its signal says so, and lets the run go on", async () => {
    const { script, finish } = waits();
    const { assistant, thread_id } = await subject.scene([script]);
    const giveUp = new AbortController();
    const request = { thread_id, assistant_id: assistant.id };
    const reading = (async () => {
      for await (const { event } of subject.api.streamRun(request, { signal: giveUp.signal })) {
        if (event === "thread.message.delta") giveUp.abort(new Error("enough"));
      }
    })();
    await assert.rejects(reading, { name: "ContractError", code: "call_aborted" });
    finish();
    const [run] = (await subject.api.listRuns({ thread_id })).data;
    assert.ok(run);
    await inStatus(subject.api, run, "completed");
  });

  it("begins nothing before the first event is asked for", async () => {
    const { assistant, model, thread_id } = await subject.scene();
    subject.api.streamRun({ thread_id, assistant_id: assistant.id });
    assert.deepEqual((await subject.api.listRuns({ thread_id })).data, []);
    assert.equal(model.requests.length, 0);
  });

  it("ends the stream of a run whose thread is deleted", async () => {
    const { script } = hangs("It is");
    const { assistant, thread_id } = await subject.scene([script]);
    let run_id = "";
    const reading = (async () => {
      for await (const { event, data } of subject.api.streamRun({ thread_id, assistant_id: assistant.id })) {
        if (event === "thread.run.created") run_id = data.id;
        if (event === "thread.message.delta") await subject.api.deleteThread({ thread_id });
      }
    })();
    const { code, status, message } = await errorOf(reading);
    assert.deepEqual([code, status], ["run_not_found", 404]);
    assert.equal(message, `No run found with id '${run_id}'.`);
  });

  it("refuses a stream of an unknown assistant before it begins", async () => {
    const { thread_id } = await subject.scene();
    const call = next(subject.api.streamRun({ thread_id, assistant_id: "asst_none" }));
    await assertNotFound(call, "assistant_not_found", "No assistant found with id 'asst_none'.");
  });

  it("refuses a stream on a busy thread, and disturbs the run under way in nothing", async () => {
    const { script, started, finish } = waits();
    const { assistant, thread_id, run } = await subject.scene([script]);
    const active = await run();
    await started;
    await assertRejects(next(subject.api.streamRun({ thread_id, assistant_id: assistant.id })), {
      code: "thread_has_active_run",
      message: `Thread ${thread_id} already has an active run ${active.id}.`,
    });
    finish();
    assert.equal((await atRest(subject.api, active)).status, "completed");
  });

  it("refuses outputs that do not fit before the stream begins", async () => {
    const { thread_id, run } = await subject.scene([calls({ name: "f" })], { tools });
    const waiting = await atRest(subject.api, await run());
    const request = { thread_id, run_id: waiting.id, tool_outputs: [] };
    await assertRejects(next(subject.api.streamToolOutputs(request)), {
      code: "tool_outputs_mismatch",
      message: `Expected tool outputs for call_ids ['${openCalls(waiting)[0]}'], got []`,
    });
    assert.deepEqual(await subject.api.getRun({ thread_id, run_id: waiting.id }), waiting);
  });

  it("streams for one of two submissions at once, and refuses the other without an event", async () => {
    const { thread_id, run } = await subject.scene([calls({ name: "f" }), says("Done")], { tools });
    const waiting = await atRest(subject.api, await run());
    const tool_outputs = openCalls(waiting).map((tool_call_id) => ({ tool_call_id, output: "1" }));
    const submit = () => read(subject.api.streamToolOutputs({ thread_id, run_id: waiting.id, tool_outputs }));
    const results = await Promise.allSettled([submit(), submit()]);
    const told = results.flatMap((result) => (result.status === "fulfilled" ? [textOf(result.value)] : []));
    assert.deepEqual(told, ["Done"]);
  });

  it("refuses a method that streams where the body says that it must not", async () => {
    const { assistant, thread_id } = await subject.scene();
    const call = next(subject.api.streamRun({ thread_id, assistant_id: assistant.id, stream: false }));
    await assertRejects(call, {
      code: "stream_by_method",
      message:
        "Leave 'stream' out: whether the run is streamed is the method's choice. Call createRun instead.",
      param: "stream",
      wireCode: "unsupported_parameter",
    });
  });
}

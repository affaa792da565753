/** What others change while a run is active: it disturbs neither the run nor those who read its stream. */
import assert from "node:assert/strict";
import type { StreamEvent } from "../../src/contract/events.ts";
import { calls, type Script, says } from "../scripted-model.ts";
import { assertNotFound, assertRejects } from "./rejections.ts";
import { atRest, openCalls } from "./run-progress.ts";
import { dataOf, names, read, SPEAKING } from "./stream-events.ts";
import { functionTools, type Subject } from "./subject.ts";

const ANSWERED = [
  ...SPEAKING,
  "thread.message.completed",
  "thread.run.step.completed",
  "thread.run.completed",
];

/** Says "It is" and, when the test says so, " done." */
function pauses() {
  const { promise, resolve: goOn } = Promise.withResolvers<void>();
  const script: Script = async function* () {
    yield { type: "text_delta", text: "It is" };
    await promise;
    yield { type: "text_delta", text: " done." };
    yield { type: "finish", reason: "stop" };
  };
  return { script, goOn };
}

export function changesDuringRunsSuite(subject: Subject): void {
  /** Streams a run whose model pauses in its answer, and does something then. */
  async function streamWhile(
    change: (open: {
      thread_id: string;
      run_id: string;
      message_id: string;
      assistant_id: string;
    }) => unknown,
  ): Promise<StreamEvent[]> {
    const { script, goOn } = pauses();
    const { assistant, thread_id } = await subject.scene([script]);
    const assistant_id = assistant.id;
    const events: StreamEvent[] = [];
    let changed = false;
    for await (const event of subject.api.streamRun({ thread_id, assistant_id })) {
      events.push(event);
      if (event.event !== "thread.message.delta" || changed) continue;
      changed = true;
      const run_id = dataOf(events, "thread.run.created").id;
      await change({ thread_id, assistant_id, run_id, message_id: event.data.id });
      goOn();
    }
    return events;
  }

  it("tells nothing of a run whose metadata changes, and keeps them to its end", async () => {
    const metadata = { a: "b" };
    const events = await streamWhile(({ thread_id, run_id }) =>
      subject.api.updateRun({ thread_id, run_id, metadata }),
    );
    assert.deepEqual(names(events), ANSWERED);
    assert.deepEqual(dataOf(events, "thread.run.completed").metadata, metadata);
  });

  it("tells nothing of a message whose metadata change while it is written, and keeps them", async () => {
    const metadata = { a: "b" };
    const events = await streamWhile(({ thread_id, message_id }) =>
      subject.api.updateMessage({ thread_id, message_id, metadata }),
    );
    assert.deepEqual(names(events), ANSWERED);
    assert.deepEqual(dataOf(events, "thread.message.completed").metadata, metadata);
  });

  it("tells nothing of a completed message of the run whose metadata change", async () => {
    const script: Script = async function* (request, signal) {
      yield { type: "text_delta", text: "Let me see." };
      yield* calls({ name: "f" })(request, signal);
    };
    const { script: last, goOn } = pauses();
    const { thread_id, run } = await subject.scene([script, last], { tools: functionTools("f") });
    const { id: run_id, ...waiting } = await atRest(subject.api, await run());
    const [first] = (await subject.api.listMessages({ thread_id, run_id })).data;
    const tool_outputs = openCalls({ id: run_id, ...waiting }).map((tool_call_id) => {
      return { tool_call_id, output: "1" };
    });
    const events: StreamEvent[] = [];
    for await (const event of subject.api.streamToolOutputs({ thread_id, run_id, tool_outputs })) {
      events.push(event);
      if (event.event !== "thread.message.created") continue;
      await subject.api.updateMessage({ thread_id, message_id: first?.id ?? "", metadata: { a: "b" } });
      goOn();
    }
    assert.equal(dataOf(events, "thread.message.completed").id, dataOf(events, "thread.message.created").id);
  });

  it("does not delete the message that a run is writing", async () => {
    const events = await streamWhile(async ({ thread_id, run_id, message_id }) => {
      await assertRejects(subject.api.deleteMessage({ thread_id, message_id }), {
        code: "message_in_progress",
        message: `Can't delete message ${message_id} while run ${run_id} is writing it.`,
      });
    });
    assert.deepEqual(names(events), ANSWERED);
  });

  it("deletes another message of the thread, which the run's next round does not show", async () => {
    const { model, thread_id, run } = await subject.scene([calls({ name: "f" }), says("Done")], {
      tools: functionTools("f"),
    });
    const waiting = await atRest(
      subject.api,
      await run({ additional_messages: [{ role: "user", content: "More" }] }),
    );
    const [more] = (await subject.api.listMessages({ thread_id, limit: 1 })).data;
    await subject.api.deleteMessage({ thread_id, message_id: more?.id ?? "" });
    const tool_outputs = openCalls(waiting).map((tool_call_id) => ({ tool_call_id, output: "1" }));
    const run_id = waiting.id;
    await read(subject.api.streamToolOutputs({ thread_id, run_id, tool_outputs }));
    const shown = model.requests.map(({ items }) => items.filter((item) => item.type === "message").length);
    assert.deepEqual(shown, [2, 1]);
  });

  it("leaves a run as it began when its assistant is changed", async () => {
    const events = await streamWhile(({ assistant_id }) =>
      subject.api.updateAssistant({ assistant_id, instructions: "Be brief.", temperature: 0 }),
    );
    const { instructions, temperature } = dataOf(events, "thread.run.completed");
    assert.deepEqual([instructions, temperature], ["", 1]);
  });

  it("completes a run whose assistant is deleted, and begins no other", async () => {
    const events = await streamWhile(({ assistant_id }) => subject.api.deleteAssistant({ assistant_id }));
    assert.deepEqual(names(events), ANSWERED);
    const { thread_id, assistant_id } = dataOf(events, "thread.run.completed");
    await assertNotFound(
      subject.api.createRun({ thread_id, assistant_id }),
      "assistant_not_found",
      `No assistant found with id '${assistant_id}'.`,
    );
  });

  it("does not postpone or settle anything by changing the metadata of a run that waits for outputs", async () => {
    const { thread_id, run } = await subject.scene([calls({ name: "f" }), says("Done")], {
      tools: functionTools("f"),
    });
    const waiting = await atRest(subject.api, await run());
    const metadata = { a: "b" };
    const updated = await subject.api.updateRun({ thread_id, run_id: waiting.id, metadata });
    assert.deepEqual(updated, { ...waiting, metadata });
    const tool_outputs = openCalls(waiting).map((tool_call_id) => ({ tool_call_id, output: "1" }));
    const request = { thread_id, run_id: waiting.id, tool_outputs };
    const ended = await atRest(subject.api, await subject.api.submitToolOutputsToRun(request));
    assert.deepEqual([ended.status, ended.metadata], ["completed", metadata]);
  });
}

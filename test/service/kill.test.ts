import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { AssistantsApi } from "../../src/contract/api.ts";
import type { FunctionTool, Message, Run } from "../../src/contract/objects.ts";
import { type ServiceProcess, startService } from "../cli/service-process.ts";

/** Slow enough that a kill comes in the middle of an answer. */
const PACE = ["--pace", "20"];

const tool = (name: string, description: string, parameters: Record<string, unknown>): FunctionTool => ({
  type: "function",
  function: { name, description, parameters },
});

/** Two rounds: the number of a guest's room is needed before anybody can be sent there. */
const TOOLS = [
  tool("find_room", "Finds the room of the guest.", { type: "object", properties: {} }),
  tool("send_towels", "Sends towels to the room of a guest.", {
    type: "object",
    properties: { room: { type: "string" } },
    required: ["room"],
  }),
];

const QUESTION = "Please send towels to the room of our guest.";

async function until<T>(look: () => Promise<T>, good: (found: T) => boolean): Promise<T> {
  for (let tries = 0; tries < 2000; tries += 1) {
    const found = await look();
    if (good(found)) return found;
    await pause(5);
  }
  throw new Error("It never came to that.");
}

const getRun = (api: AssistantsApi, run: Run) => api.getRun({ thread_id: run.thread_id, run_id: run.id });

const untilStatus = (api: AssistantsApi, run: Run, ...statuses: Run["status"][]) =>
  until(
    () => getRun(api, run),
    (found) => statuses.includes(found.status),
  );

async function ask(api: AssistantsApi, tools: FunctionTool[]): Promise<Run> {
  const assistant = await api.createAssistant({ model: "rehearsal", tools });
  const messages = [{ role: "user" as const, content: QUESTION }];
  return api.createThreadAndRun({ assistant_id: assistant.id, thread: { messages } });
}

function submit(api: AssistantsApi, run: Run): Promise<Run> {
  const tool_outputs = (run.required_action?.submit_tool_outputs.tool_calls ?? []).map((call) => ({
    tool_call_id: call.id,
    output: call.function.name === "find_room" ? "room 217" : "on their way",
  }));
  return api.submitToolOutputsToRun({ thread_id: run.thread_id, run_id: run.id, tool_outputs });
}

/** Answers every call until the run ends. */
async function finish(api: AssistantsApi, run: Run): Promise<Run> {
  for (;;) {
    const rested = await untilStatus(
      api,
      run,
      "requires_action",
      "completed",
      "failed",
      "expired",
      "incomplete",
    );
    if (rested.status !== "requires_action") return rested;
    await submit(api, rested);
  }
}

/** The run is completed, and what was said stands there once. */
async function assertWhole(api: AssistantsApi, run: Run, ...said: string[]): Promise<void> {
  assert.equal(run.status, "completed", JSON.stringify(run.last_error));
  const { data } = await api.listMessages({ thread_id: run.thread_id, order: "asc" });
  assert.deepEqual(
    data.map(({ role, status }: Message) => `${role} ${status}`),
    ["user completed", "assistant completed"],
  );
  const answer = JSON.stringify(data[1]?.content);
  for (const part of said) assert.equal(answer.split(part).length, 2, `${part} once in ${answer}`);
}

describe("kill -9 of the service", function () {
  this.timeout(60_000);
  let directory = "";
  let service: ServiceProcess;

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), "assistants-kill-"));
    service = await startService(directory, PACE);
  });

  afterEach(async () => {
    await service.kill();
    rmSync(directory, { recursive: true, force: true });
  });

  const restart = async () => {
    await service.kill();
    service = await startService(directory);
  };

  it("while the model streams: the answer comes once, whole", async () => {
    const run = await ask(service.api, []);
    await until(
      () => service.api.listMessages({ thread_id: run.thread_id }),
      ({ data }) => data.some((message) => message.status === "in_progress"),
    );
    await restart();
    await assertWhole(service.api, await finish(service.api, run), QUESTION);
  });

  it("while the run waits for outputs: they are taken after the start", async () => {
    const run = await untilStatus(service.api, await ask(service.api, TOOLS), "requires_action");
    await restart();
    assert.deepEqual(await getRun(service.api, run), run);
    await assertWhole(service.api, await finish(service.api, run), "room 217", "on their way");
  });

  it("between two rounds: the run goes on with the outputs it was given", async () => {
    const run = await untilStatus(service.api, await ask(service.api, TOOLS), "requires_action");
    await submit(service.api, run);
    await restart();
    await assertWhole(service.api, await finish(service.api, run), "room 217", "on their way");
  });

  for (const milliseconds of [0, 1, 2, 4, 8]) {
    it(`during submit, ${milliseconds} ms after it was sent: the outputs are taken or still awaited`, async () => {
      const run = await untilStatus(service.api, await ask(service.api, TOOLS), "requires_action");
      const submitted = submit(service.api, run).then(
        () => true,
        () => false,
      );
      await pause(milliseconds);
      await restart();
      const acknowledged = await submitted;
      const { thread_id, id: run_id } = run;
      const steps = await service.api.listRunSteps({ thread_id, run_id, order: "asc" });
      if (acknowledged) assert.equal(steps.data[0]?.status, "completed");
      await assertWhole(service.api, await finish(service.api, run), "room 217", "on their way");
    });
  }

  it("while a run is being cancelled: it is cancelled", async () => {
    const run = await ask(service.api, []);
    await untilStatus(service.api, run, "in_progress");
    await service.api.cancelRun({ thread_id: run.thread_id, run_id: run.id });
    await restart();
    assert.equal((await untilStatus(service.api, run, "cancelled")).status, "cancelled");
  });
});

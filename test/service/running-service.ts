import type { AssistantsApi } from "../../src/contract/api.ts";
import type { Message, Run, RunStatus, RunStep } from "../../src/contract/objects.ts";
import type { Request } from "../../src/contract/requests.ts";
import type { Model } from "../../src/models/model.ts";
import type { RunLimits } from "../../src/service/runs/run-limits.ts";
import { openService, type Service } from "../../src/service/service.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

export interface RunningService extends Service, AsyncDisposable {
  /** What the service reported because nobody had asked. */
  reported: unknown[];
}

/** A real service, closed with the test's scope. */
export async function openRunning(
  directory: string,
  model: Model,
  limits: Partial<RunLimits> = {},
): Promise<RunningService> {
  const reported: unknown[] = [];
  const onError = (error: unknown) => reported.push(error);
  const service = await openService({ directory, model, limits, onError });
  return { ...service, reported, [Symbol.asyncDispose]: service.close };
}

/** The same on a directory of its own. */
export async function freshService(model: Model, limits: Partial<RunLimits> = {}): Promise<RunningService> {
  const directory = await temporaryDirectory();
  const service = await openRunning(directory.path, model, limits);
  const dispose = async () => {
    await service.close();
    await directory[Symbol.asyncDispose]();
  };
  return { ...service, [Symbol.asyncDispose]: dispose };
}

export const WEATHER = {
  type: "function",
  function: { name: "get_weather", description: "The weather in a city." },
} as const;
export const TIME = { type: "function", function: { name: "get_time" } } as const;

/** A run of a new assistant, which offers WEATHER and TIME, on a new thread with one question. */
export async function startRun(
  api: AssistantsApi,
  request: Partial<Request<"CreateThreadAndRun">> = {},
): Promise<Run> {
  const assistant = await api.createAssistant({ model: "scripted", tools: [WEATHER, TIME] });
  return api.createThreadAndRun({
    assistant_id: assistant.id,
    thread: { messages: [{ role: "user", content: "How is the weather?" }] },
    ...request,
  });
}

const POLL_MS = 5;
const PATIENCE_MS = 15_000;

/** The run as soon as it has one of these states. */
export async function untilRunIs(
  api: AssistantsApi,
  { id, thread_id }: Pick<Run, "id" | "thread_id">,
  ...states: RunStatus[]
): Promise<Run> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const run = await api.getRun({ thread_id, run_id: id });
    if (states.includes(run.status)) return run;
    if (Date.now() > deadline) throw new Error(`The run is ${run.status}, not ${states.join(" or ")}.`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** The run as soon as it has ended, however. */
export const untilRunEnds = (api: AssistantsApi, run: Pick<Run, "id" | "thread_id">) =>
  untilRunIs(api, run, "completed", "failed", "incomplete", "cancelled", "expired");

/** Fulfilled when the run has written down that it has begun a message. */
export async function untilMessageIsOpen(api: AssistantsApi, run: Run): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while ((await messagesOf(api, run)).length === 0) {
    if (Date.now() > deadline) throw new Error("The run has opened no message.");
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** The run's steps, oldest first. */
export async function stepsOf(api: AssistantsApi, { id, thread_id }: Run): Promise<RunStep[]> {
  return (await api.listRunSteps({ thread_id, run_id: id, order: "asc", limit: 100 })).data;
}

/** The messages that the run has written, oldest first. */
export async function messagesOf(api: AssistantsApi, { id, thread_id }: Run): Promise<Message[]> {
  return (await api.listMessages({ thread_id, run_id: id, order: "asc", limit: 100 })).data;
}

/** What messages say, one string each. */
export function textsOf(messages: Message[]): string[] {
  return messages.map((message) =>
    message.content.map((part) => (part.type === "text" ? part.text.value : "")).join(""),
  );
}

/** The ids of the calls that the run waits for. */
export function openCalls(run: Run): string[] {
  return run.required_action?.submit_tool_outputs.tool_calls.map((call) => call.id) ?? [];
}

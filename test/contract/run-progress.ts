/** Waiting for runs, as everybody who speaks the contract must: by asking again. */
import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import type { AssistantsApi } from "../../src/contract/api.ts";
import type { Run, RunStatus } from "../../src/contract/objects.ts";

const MOVING: readonly RunStatus[] = ["queued", "in_progress", "cancelling"];

/** Gives up after this long, in milliseconds. */
const PATIENCE = 10_000;

interface RunName {
  thread_id: string;
  id: string;
}

async function ask(
  api: AssistantsApi,
  { thread_id, id }: RunName,
  enough: (run: Run) => boolean,
  interval = 2,
  patience = PATIENCE,
): Promise<Run> {
  const end = performance.now() + patience;
  for (;;) {
    const run = await api.getRun({ thread_id, run_id: id });
    if (enough(run)) return run;
    assert.ok(performance.now() < end, `the run is still ${run.status} after ${patience} ms`);
    await pause(interval);
  }
}

/**
 * The run when nothing more happens to it by itself: at its end, or waiting for tool outputs.
 * @param interval milliseconds between two questions
 * @param patience milliseconds after which this fails
 */
export function atRest(api: AssistantsApi, run: RunName, interval?: number, patience?: number): Promise<Run> {
  return ask(api, run, ({ status }) => !MOVING.includes(status), interval, patience);
}

/** The run as soon as it is in that state. */
export function inStatus(api: AssistantsApi, run: RunName, status: RunStatus): Promise<Run> {
  return ask(api, run, (current) => current.status === status);
}

/** The ids of the calls that the run waits for. */
export function openCalls(run: Run): string[] {
  assert.ok(run.required_action, `the run is ${run.status} and waits for nothing`);
  return run.required_action.submit_tool_outputs.tool_calls.map((call) => call.id);
}

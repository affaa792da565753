/** The run of a question that was left, at the service. */
import type { NodeAPI } from "node-red";
import type { AssistantsApi } from "../../src/contract/api.ts";
import { ContractError } from "../../src/contract/errors.ts";
import type { Run } from "../../src/contract/objects.ts";
import type { LeftQuestion } from "../journal/noted-question.ts";
import { QUESTION_KEY } from "./begin-run.ts";
import { isOver, untilRest } from "./run-rest.ts";

/** The thread is known, or was asked for, before there can be a run. */
export function threadOf({ thread, asked }: LeftQuestion): string | null {
  return thread ?? JSON.parse(asked).threadId;
}

/** Null where there is none: it was not made any more, or its thread is gone. */
export async function findLeftRun(
  api: AssistantsApi,
  left: LeftQuestion,
  signal: AbortSignal,
): Promise<Run | null> {
  const thread_id = threadOf(left);
  if (thread_id === null) return null;
  try {
    if (left.run !== null) return await api.getRun({ thread_id, run_id: left.run }, { signal });
    // It may have been made all the same, just before nobody could note it any more.
    const { data } = await api.listRuns({ thread_id, limit: 20 }, { signal });
    return data.find(({ metadata }) => metadata?.[QUESTION_KEY] === left.id) ?? null;
  } catch (error) {
    if (error instanceof ContractError && error.status === 404) return null;
    throw error;
  }
}

/** Cancels what is left of a question at the service, to its end. */
export async function cancelLeftRun(
  RED: NodeAPI,
  api: AssistantsApi,
  left: LeftQuestion,
  signal: AbortSignal,
): Promise<void> {
  const run = await findLeftRun(api, left, signal);
  if (!run || isOver(run)) return;
  try {
    const where = { thread_id: run.thread_id, run_id: run.id };
    await untilRest(RED, api, await api.cancelRun(where, { signal }), signal);
  } catch (error) {
    // It has ended by itself in the meantime.
    if (!(error instanceof ContractError && error.code === "run_not_cancellable")) throw error;
  }
}

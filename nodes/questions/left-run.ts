/** The run of a question that was left, at the service. */
import { setTimeout as pause } from "node:timers/promises";
import type { NodeAPI } from "node-red";
import type { AssistantsApi } from "../../src/contract/api.ts";
import { ContractError } from "../../src/contract/errors.ts";
import type { Run } from "../../src/contract/objects.ts";
import type { LeftQuestion } from "../journal/noted-question.ts";
import { QUESTION_KEY } from "./begin-run.ts";
import { cancelToEnd } from "./cancel.ts";

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
  if (run) await cancelToEnd(RED, api, run, signal);
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;
/** How long a start waits for a service that is not there yet, as after a power cut. */
const PATIENCE_MS = 10 * 60 * 1000;
/** How long one answer may take. */
const ANSWER_LIMIT_MS = 30_000;

/** As `findLeftRun`, of a service that may take some time to be there. */
export async function awaitLeftRun(
  api: AssistantsApi,
  left: LeftQuestion,
  signal: AbortSignal,
): Promise<Run | null> {
  const until = Date.now() + PATIENCE_MS;
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
    try {
      return await findLeftRun(api, left, AbortSignal.any([signal, AbortSignal.timeout(ANSWER_LIMIT_MS)]));
    } catch (error) {
      signal.throwIfAborted();
      const refused = error instanceof ContractError && error.status >= 400 && error.status < 500;
      if (refused || Date.now() > until) throw error;
      await pause(wait, undefined, { signal });
    }
  }
}

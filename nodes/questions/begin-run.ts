/** The beginning of a run, also on a thread that is busy. */
import { setTimeout as pause } from "node:timers/promises";
import type { NodeAPI } from "node-red";
import type { AssistantsApi, CallOptions, Parameters } from "../../src/contract/api.ts";
import { ContractError } from "../../src/contract/errors.ts";
import type { Run } from "../../src/contract/objects.ts";
import { flowError } from "../shared/flow-error.ts";
import { cancelActiveRun } from "./cancel.ts";

/** What to do when another run holds the thread: wait for it, give up, or cancel it. */
export type BusyPolicy = "queue" | "refuse" | "cancel";

/** What is asked: of whom, where, and in which words. */
export interface Asked {
  assistantId: string;
  /** Undefined where the run is to make a thread. */
  threadId: string | undefined;
  /** Null where the thread's last message is the question already. */
  content: string | null;
  additionalInstructions: string;
  /** How many messages of the thread the model reads; null for what the service makes of it. */
  lastMessages: number | null;
  busy: BusyPolicy;
}

const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 2000;
/** How long a run that is not ours may hold the thread; by then one that nobody answers has expired. */
const BUSY_LIMIT_MS = 15 * 60 * 1000;

/**
 * Begins the run that answers. A run of somebody else on the thread is dealt with as the policy says.
 * @param giveUp ends the waiting; a request that is under way is given up by `options.signal` alone
 */
export async function beginRun(
  RED: NodeAPI,
  api: AssistantsApi,
  asked: Asked,
  options: CallOptions,
  giveUp: AbortSignal,
): Promise<Run> {
  const until = Date.now() + BUSY_LIMIT_MS;
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
    try {
      return await begin(api, asked, options);
    } catch (error) {
      const busy = error instanceof ContractError && error.code === "thread_has_active_run";
      if (!busy) throw error;
      const thread = asked.threadId ?? "";
      if (asked.busy === "refuse" || Date.now() > until) throw flowError(RED, "thread_busy", { thread });
      if (asked.busy === "cancel") await cancelActiveRun(RED, api, thread, giveUp);
      else await pause(wait, undefined, { signal: giveUp });
    }
  }
}

/** On the thread, with the question as a message of the run's own, in one write. */
async function begin(api: AssistantsApi, asked: Asked, options: CallOptions): Promise<Run> {
  const { assistantId: assistant_id, threadId, content, additionalInstructions, lastMessages } = asked;
  const messages = content === null ? [] : [{ role: "user" as const, content }];
  if (threadId === undefined && additionalInstructions === "") {
    return api.createThreadAndRun({ assistant_id, thread: { messages } }, options);
  }
  // Only a run on a thread that is there can be given instructions beside the assistant's.
  const thread_id = threadId ?? (await api.createThread({}, options)).id;
  const parameters: Parameters<"createRun"> = { thread_id, assistant_id };
  if (messages.length > 0) parameters.additional_messages = messages;
  if (additionalInstructions !== "") parameters.additional_instructions = additionalInstructions;
  if (lastMessages !== null) {
    parameters.truncation_strategy = { type: "last_messages", last_messages: lastMessages };
  }
  return api.createRun(parameters, options);
}

/** The beginning of a run, also on a thread that is busy. */
import { setTimeout as pause } from "node:timers/promises";
import type { NodeAPI } from "node-red";
import type { AssistantsApi, CallOptions, Parameters } from "../../src/contract/api.ts";
import { ContractError } from "../../src/contract/errors.ts";
import type { Attachment, Run } from "../../src/contract/objects.ts";
import { flowError } from "../shared/flow-error.ts";
import { isAnswered } from "./answered-messages.ts";
import { cancelActiveRun } from "./cancel.ts";
import type { QuestionNotes } from "./question-notes.ts";

/** What to do when another run holds the thread: wait for it, give up, or cancel it. */
export type BusyPolicy = "queue" | "refuse" | "cancel";

/** What is asked: of whom, where, and in which words. All of it is JSON. */
export interface Asked {
  assistantId: string;
  /** Null where a thread is to be made for the run. */
  threadId: string | null;
  content: string;
  /** The files that come with `content`. */
  attachments: Attachment[];
  /** The message that stands on the thread as the question already; null where `content` is to be written. */
  messageId: string | null;
  additionalInstructions: string;
  /** How many messages of the thread the model reads; null for what the service makes of it. */
  lastMessages: number | null;
  busy: BusyPolicy;
}

/** What is to be written: nothing where a message on the thread is the question, unless a run has answered that. */
export function questionOf({ messageId, content }: Pick<Asked, "messageId" | "content">): string | null {
  return messageId !== null && !isAnswered(messageId) ? null : content;
}

/** Under which metadata a run carries whose it is. By it the next start finds a run that nobody came to note. */
export const QUESTION_KEY = "node_red_question";

const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 2000;
/** How long a run that is not ours may hold the thread; by then one that nobody answers has expired. */
const BUSY_LIMIT_MS = 15 * 60 * 1000;

/** How a run is made: with an answer of its own, or with a stream. */
export type CreateRun = (parameters: Parameters<"createRun">) => Promise<Run>;

/**
 * Begins the run that answers. A run of somebody else on the thread is dealt with as the policy says.
 * @param options those of the requests beside `create`
 * @param giveUp ends the waiting, but no request that is under way
 */
export async function beginRun(
  RED: NodeAPI,
  api: AssistantsApi,
  create: CreateRun,
  asked: Asked,
  notes: QuestionNotes,
  options: CallOptions,
  giveUp: AbortSignal,
): Promise<Run> {
  if (asked.threadId === null) return onNewThread(api, create, asked, notes, options);
  const until = Date.now() + BUSY_LIMIT_MS;
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
    try {
      return await create(runParameters(asked, asked.threadId, notes.id));
    } catch (error) {
      const busy = error instanceof ContractError && error.code === "thread_has_active_run";
      if (!busy) throw error;
      const thread = asked.threadId;
      if (asked.busy === "refuse" || Date.now() > until) throw flowError(RED, "thread_busy", { thread });
      if (asked.busy === "cancel") await cancelActiveRun(RED, api, thread, giveUp);
      await pause(wait, undefined, { signal: giveUp });
    }
  }
}

/** The thread is noted before there is a run on it; one whose run could not be made is taken away again. */
async function onNewThread(
  api: AssistantsApi,
  create: CreateRun,
  asked: Asked,
  notes: QuestionNotes,
  options: CallOptions,
): Promise<Run> {
  const { id: thread_id } = await api.createThread({}, options);
  await notes.thread(thread_id);
  try {
    return await create(runParameters(asked, thread_id, notes.id));
  } catch (error) {
    // What went wrong with the run is what counts; a thread that stays is empty.
    await api.deleteThread({ thread_id }, options).catch(() => {});
    throw error;
  }
}

/** The question goes along as a message of the run's own, in one write. */
function runParameters(asked: Asked, thread_id: string, questionId: string): Parameters<"createRun"> {
  const { assistantId, attachments, additionalInstructions, lastMessages } = asked;
  const content = questionOf(asked);
  const metadata = { [QUESTION_KEY]: questionId };
  const parameters: Parameters<"createRun"> = { thread_id, assistant_id: assistantId, metadata };
  if (content !== null && content !== "") {
    const files = attachments.length > 0 ? { attachments } : {};
    parameters.additional_messages = [{ role: "user", content, ...files }];
  }
  if (additionalInstructions !== "") parameters.additional_instructions = additionalInstructions;
  if (lastMessages !== null) {
    parameters.truncation_strategy = { type: "last_messages", last_messages: lastMessages };
  }
  return parameters;
}

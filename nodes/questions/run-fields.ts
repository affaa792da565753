/** What a run node's fields say of one message. */
import type { Node, NodeAPI, NodeDef, NodeMessage } from "node-red";
import { type AttachmentFields, readAttachments } from "../shared/attachments-field.ts";
import { idOf, readField, readId, requireId } from "../shared/fields.ts";
import { flowError } from "../shared/flow-error.ts";
import { asText } from "../shared/plain-text.ts";
import { renderTemplate } from "../shared/template.ts";
import { type Asked, type BusyPolicy, questionOf } from "./begin-run.ts";
import type { LimitFields } from "./question-limits.ts";

export interface RunDefinition extends NodeDef, AttachmentFields, Partial<LimitFields> {
  config: string;
  operation: "run" | "cancel" | "list" | "retrieve";
  assistant: string;
  assistantType: string;
  thread: string;
  threadType: string;
  question: string;
  questionType: string;
  answer: string;
  additionalInstructions: string;
  /** Missing in flows of an earlier version, as the next. */
  busy?: BusyPolicy;
  /** How many messages of the thread the model reads; 0 for no limit of ours. */
  lastMessages?: number | string;
  /** What becomes of open runs when the node stops: cancelled, or taken up at the next start. */
  restart?: "cancel" | "resume";
  /** Whether the third port tells of what a run does. */
  progress?: boolean;
  /** Properties of the question that its messages have, separated by commas. */
  progressProperties?: string;
  /** Whether a question is cancelled whose HTTP client goes away. */
  cancelOnDisconnect?: boolean;
  /** The run to retrieve, and how many of a list are wanted in which order. */
  run?: string;
  runType?: string;
  limit?: number | string;
  order?: "asc" | "desc";
}

/** A thread that lives for years does not send all of it each time. */
const LAST_MESSAGES = 20;

/** The thread that must be there. */
export function readThread(
  RED: NodeAPI,
  node: Node,
  { thread, threadType }: RunDefinition,
  msg: NodeMessage,
): Promise<string> {
  return requireId(RED, node, { value: thread, type: threadType }, msg, "thread_missing");
}

/** What a message asks. Rejects with `assistant_missing` and `question_missing`. */
export async function readQuestion(
  RED: NodeAPI,
  node: Node,
  definition: RunDefinition,
  msg: NodeMessage,
): Promise<Asked> {
  const assistant = { value: definition.assistant, type: definition.assistantType };
  const assistantId = await requireId(RED, node, assistant, msg, "assistant_missing");
  const thread = { value: definition.thread, type: definition.threadType };
  const threadId = (await readId(RED, node, thread, msg)) ?? null;
  const additionalInstructions = await renderTemplate(RED, node, definition.additionalInstructions, msg);
  const { busy = "queue", lastMessages: written = "" } = definition;
  const limit = written === "" ? LAST_MESSAGES : Number(written);
  const lastMessages = limit >= 1 ? Math.floor(limit) : null;
  const question = { value: definition.question, type: definition.questionType };
  const content = asText(await readField(RED, node, question, msg));
  const messageId = onThread(msg["message"], threadId);
  const attachments = await readAttachments(RED, node, definition, msg);
  const words = { content, attachments, messageId, additionalInstructions };
  const asked = { assistantId, threadId, ...words, lastMessages, busy };
  if (questionOf(asked) === "")
    throw flowError(RED, "question_missing", { field: `${question.type}.${question.value}` });
  return asked;
}

/** The id of a message that a message node has put into this thread already; null for anything else. */
function onThread(message: unknown, threadId: string | null): string | null {
  if (typeof message !== "object" || message === null || !("thread_id" in message)) return null;
  return threadId !== null && message.thread_id === threadId ? (idOf(message) ?? null) : null;
}

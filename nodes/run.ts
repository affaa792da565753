import type { Node, NodeAPI, NodeDef, NodeMessageInFlow } from "node-red";
import { requireNode } from "../src/runtime-version.ts";
import type { Asked } from "./questions/begin-run.ts";
import { cancelActiveRun } from "./questions/cancel.ts";
import { firstLineage, type Lineage } from "./questions/lineage.ts";
import { openCallOf } from "./questions/open-calls.ts";
import { Question, type QuestionHost } from "./questions/question.ts";
import { type LimitFields, type QuestionLimits, questionLimits } from "./questions/question-limits.ts";
import { failedNode, Retries } from "./questions/retries.ts";
import { type SentCall, SentCalls } from "./questions/sent-calls.ts";
import { calledBy, toolAnswer, toolMessage } from "./questions/tool-message.ts";
import { type ApiNode, createApiNode, onEachMessage, settle } from "./shared/api-node.ts";
import { readField, readId, requireId } from "./shared/fields.ts";
import { flowError } from "./shared/flow-error.ts";
import { asText } from "./shared/plain-text.ts";
import { renderTemplate } from "./shared/template.ts";
import { text } from "./shared/texts.ts";

interface RunDefinition extends NodeDef, Partial<LimitFields> {
  config: string;
  operation: "run" | "cancel";
  assistant: string;
  assistantType: string;
  thread: string;
  threadType: string;
  question: string;
  questionType: string;
  answer: string;
  additionalInstructions: string;
}

/** Asks an assistant, lets the flow answer its tool calls, and sends out its answer; or cancels. */
export default function register(RED: NodeAPI): void {
  requireNode();
  RED.nodes.registerType("assistants-run", function (this: Node, definition: RunDefinition) {
    RED.nodes.createNode(this, definition);
    if (definition.operation === "cancel") prepareCancel(RED, this, definition);
    else prepareRun(RED, this, definition);
  });
}

function prepareCancel(RED: NodeAPI, node: Node, definition: RunDefinition): void {
  const apiNode = createApiNode(RED, node, definition.config);
  const thread = { value: definition.thread, type: definition.threadType };
  onEachMessage(apiNode, async (api, msg) => {
    const threadId = await requireId(RED, node, thread, msg, "thread_missing");
    const run = await cancelActiveRun(RED, api, threadId, apiNode.closed);
    if (!run) throw flowError(RED, "no_active_run", { thread: threadId });
    msg["run"] = run;
  });
}

function prepareRun(RED: NodeAPI, node: Node, definition: RunDefinition): void {
  const asking = new Set<Question>();
  /** The questions under way that have a run, by it. */
  const questions = new Map<string, Question>();
  const sent = new SentCalls();
  const limits = questionLimits(definition);
  const retries = new Retries(node.id, limits.retries);
  const cancelAll = async () => {
    await Promise.all([...asking].map((question) => question.cancel()));
  };
  const apiNode = createApiNode(RED, node, definition.config, cancelAll);
  const { connection, status, closed } = apiNode;

  const host: QuestionHost = {
    RED,
    node,
    onRun: (question, run) => questions.set(run.id, question),
    onProgress: (waiting) => (waiting ? status.waiting("tools") : status.busy("running")),
    sendCalls(msg, run, calls, round) {
      const about = { run_id: run.id, thread_id: run.thread_id, node: node.id, round };
      const messages = calls.map((call) => {
        const message = toolMessage(RED, msg, call, about);
        sent.remember(message._msgid, { runId: run.id, round, callId: call.id });
        return message;
      });
      // One array in the second place: one message after the other out of the second port.
      node.send([null, messages]);
    },
  };

  /** Asks, and writes the answer into the message. */
  const ask = async (msg: NodeMessageInFlow) => {
    status.busy("running");
    const api = await connection.api();
    const asked = await readQuestion(apiNode, definition, msg);
    const origin = originOf(RED, msg, asked, limits, closed);
    const question = new Question({ host, api, msg, limits, ...origin });
    asking.add(question);
    try {
      const { run, thread, messages, value, toolOutputs } = await question.ask(asked);
      Object.assign(msg, { run, thread, messages, toolOutputs });
      delete msg["message"];
      RED.util.setMessageProperty(msg, definition.answer || "payload", value, true);
      return run;
    } catch (error) {
      if (origin.signal.aborted && !closed.aborted) throw flowError(RED, "call_settled");
      throw error;
    } finally {
      asking.delete(question);
      if (question.runId !== null) questions.delete(question.runId);
    }
  };

  node.on("input", (msg, send, done) => {
    const call = whoseAnswer(msg, node.id, sent);
    if (call) {
      // Absorbed: its question's `done` is the one that counts. The first answer to a call is taken, a later
      // one, or one whose run has ended, is not; but it is never another question.
      questions.get(call.runId)?.takeAnswer(call.round, call.callId, toolAnswer(msg));
      return;
    }
    if (!retries.mayAsk(msg)) {
      node.warn(text(RED, "warning.question_dropped"));
      status.dropped();
      done();
      return;
    }
    // It is asked anew; what its run says now is what counts.
    if (failedNode(msg)) delete msg["error"];
    settle(apiNode, done, async () => {
      const run = await ask(msg);
      closed.throwIfAborted();
      if (asking.size === 0) {
        const key = connection.rehearsal ? "status.rehearsed" : "status.answered";
        status.done(text(RED, key, { tokens: run.usage?.total_tokens ?? 0 }));
      }
      send([msg, null]);
    });
  });
}

/** Where a question stands: of its own, or for the tool call of another node, which must still wait for it. */
function originOf(
  RED: NodeAPI,
  msg: NodeMessageInFlow,
  { threadId = "" }: Asked,
  limits: QuestionLimits,
  closed: AbortSignal,
): { lineage: Lineage; signal: AbortSignal } {
  if (!calledBy(msg)) return { lineage: firstLineage(limits.modelCalls), signal: closed };
  const outer = openCallOf(msg);
  if (!outer || outer.settled.aborted) throw flowError(RED, "call_settled");
  const { lineage, settled } = outer;
  if (lineage.depth > limits.depth) throw flowError(RED, "nested_too_deep", { limit: limits.depth });
  if (lineage.threads.includes(threadId)) throw flowError(RED, "thread_held", { thread: threadId });
  return { lineage, signal: AbortSignal.any([closed, settled]) };
}

/** The call that a message answers; null for a question, and for the answer to another node's call. */
function whoseAnswer(msg: NodeMessageInFlow, nodeId: string, sent: SentCalls): SentCall | null {
  const call = calledBy(msg);
  if (call) return call.node === nodeId ? { runId: call.run_id, round: call.round, callId: call.id } : null;
  return sent.find(msg._msgid) ?? null;
}

async function readQuestion(
  { RED, node }: ApiNode,
  definition: RunDefinition,
  msg: NodeMessageInFlow,
): Promise<Asked> {
  const assistant = { value: definition.assistant, type: definition.assistantType };
  const assistantId = await requireId(RED, node, assistant, msg, "assistant_missing");
  const threadId = await readId(RED, node, { value: definition.thread, type: definition.threadType }, msg);
  const additionalInstructions = await renderTemplate(RED, node, definition.additionalInstructions, msg);
  if (isOnThread(msg["message"], threadId))
    return { assistantId, threadId, content: null, additionalInstructions };
  const question = { value: definition.question, type: definition.questionType };
  const content = asText(await readField(RED, node, question, msg));
  if (content === "")
    throw flowError(RED, "question_missing", { field: `${question.type}.${question.value}` });
  return { assistantId, threadId, content, additionalInstructions };
}

/** Whether a message node has put the question into this thread already. */
function isOnThread(message: unknown, threadId: string | undefined): boolean {
  if (typeof message !== "object" || message === null || !("thread_id" in message)) return false;
  return threadId !== undefined && message.thread_id === threadId;
}

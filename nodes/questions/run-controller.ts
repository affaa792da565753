/** What a run node does with its messages: questions, answers to its calls, and the wish to stop. */
import type { NodeMessageInFlow } from "node-red";
import type { AssistantsApi } from "../../src/contract/api.ts";
import type { Run } from "../../src/contract/objects.ts";
import { type ApiNode, createApiNode, settle } from "../shared/api-node.ts";
import { flowError } from "../shared/flow-error.ts";
import { text } from "../shared/texts.ts";
import type { Turn } from "../shared/thread-turns.ts";
import type { Asked } from "./begin-run.ts";
import { cancelActiveRun } from "./cancel.ts";
import { type Origin, originOf } from "./origin.ts";
import { Question, type QuestionHost } from "./question.ts";
import { type QuestionLimits, questionLimits } from "./question-limits.ts";
import { failedNode, Retries } from "./retries.ts";
import { type RunDefinition, readQuestion, readThread } from "./run-fields.ts";
import { callOf, sentCalls } from "./sent-calls.ts";
import { toolAnswer, toolMessage } from "./tool-message.ts";
import { takeTurn } from "./turn.ts";

/** A question that has been read, in its place on its thread. */
interface Joined {
  api: AssistantsApi;
  asked: Asked;
  origin: Origin;
  /** Null where it makes a thread of its own. */
  turn: Promise<Turn> | null;
}

export class RunController {
  readonly #definition: RunDefinition;
  readonly #limits: QuestionLimits;
  readonly #retries: Retries;
  readonly #apiNode: ApiNode;
  readonly #host: QuestionHost;
  /** The questions that have come and are not yet answered, those that wait for their turn included. */
  #underWay = 0;
  /** Those whose turn it is. */
  readonly #asking = new Set<Question>();
  /** Those of them that have a run, by it. */
  readonly #byRun = new Map<string, Question>();
  #reading: Promise<unknown> = Promise.resolve();

  constructor(RED: ApiNode["RED"], node: ApiNode["node"], definition: RunDefinition) {
    this.#definition = definition;
    this.#limits = questionLimits(definition);
    this.#retries = new Retries(node.id, this.#limits.retries);
    this.#apiNode = createApiNode(RED, node, definition.config, async () => {
      await Promise.all([...this.#asking].map((question) => question.cancel()));
    });
    const { status } = this.#apiNode;
    this.#host = {
      RED,
      node,
      onRun: (question, run) => this.#byRun.set(run.id, question),
      onProgress: (waiting) => (waiting ? status.waiting("tools") : status.busy("running")),
      sendCalls: (msg, run, calls, round) => {
        const about = { run_id: run.id, thread_id: run.thread_id, node: node.id, round };
        const messages = calls.map((call) => {
          const message = toolMessage(RED, msg, call, about);
          sentCalls.remember(message._msgid, message.toolCall);
          return message;
        });
        // One array in the second place: one message after the other out of the second port.
        node.send([null, messages]);
      },
    };
    node.on("input", (msg, send, done) => this.#take(msg, send, done));
  }

  #take(
    msg: NodeMessageInFlow,
    send: (msg: (NodeMessageInFlow | null)[]) => void,
    done: (error?: Error) => void,
  ): void {
    const { RED, node, status } = this.#apiNode;
    const call = callOf(msg);
    if (call?.node === node.id) {
      // Absorbed: its question's `done` is the one that counts. The first answer to a call is taken, a later
      // one, or one whose run has ended, is not; but it is never another question.
      this.#byRun.get(call.run_id)?.takeAnswer(call.round, call.id, toolAnswer(msg));
    } else if (!this.#retries.mayAsk(msg)) {
      node.warn(text(RED, "warning.question_dropped"));
      status.dropped();
      done();
    } else if (msg["cancel"] === true) {
      settle(this.#apiNode, done, () => this.#cancelThread(msg));
    } else {
      // It is asked anew; what its run says now is what counts.
      if (failedNode(msg)) delete msg["error"];
      settle(this.#apiNode, done, async () => {
        this.#underWay += 1;
        const run = await this.#ask(msg)
          .catch((error: unknown) => {
            this.#retries.failed(msg);
            throw error;
          })
          .finally(() => {
            this.#underWay -= 1;
          });
        this.#retries.answered(msg);
        this.#apiNode.closed.throwIfAborted();
        if (this.#underWay === 0) this.#showTokens(run);
        send([msg, null]);
      });
    }
  }

  /** Asks, and writes the answer into the message. */
  async #ask(msg: NodeMessageInFlow): Promise<Run> {
    const { RED, status } = this.#apiNode;
    status.busy("running");
    const { api, asked, origin, turn: comes } = await this.#inOrder(() => this.#join(msg));
    const turn = await comes?.catch((error: unknown) => {
      throw this.#whyEnded(error, origin);
    });
    const signal = turn ? AbortSignal.any([origin.signal, turn.stopped]) : origin.signal;
    const { lineage } = origin;
    const question = new Question({ host: this.#host, api, msg, limits: this.#limits, lineage, signal });
    this.#asking.add(question);
    try {
      const { run, thread, messages, value, toolOutputs } = await question.ask(asked);
      Object.assign(msg, { run, thread, messages, toolOutputs });
      delete msg["message"];
      RED.util.setMessageProperty(msg, this.#definition.answer || "payload", value, true);
      return run;
    } catch (error) {
      throw this.#whyEnded(error, origin, turn);
    } finally {
      this.#asking.delete(question);
      if (question.runId !== null) this.#byRun.delete(question.runId);
      turn?.release();
    }
  }

  /** A question that was given up says who did so; every other failure speaks for itself. */
  #whyEnded(error: unknown, origin: Origin, turn?: Turn): unknown {
    const { RED, closed } = this.#apiNode;
    if (closed.aborted) return error;
    if (turn?.stopped.aborted) return flowError(RED, "run_cancelled");
    return origin.signal.aborted ? flowError(RED, "call_settled") : error;
  }

  /** Fields may be slow to read. One message after the other, questions queue in the order of their coming. */
  #inOrder<T>(read: () => Promise<T>): Promise<T> {
    const result = this.#reading.then(read);
    this.#reading = result.catch(() => {});
    return result;
  }

  async #join(msg: NodeMessageInFlow): Promise<Joined> {
    const { RED, node, connection, closed } = this.#apiNode;
    const { api, turns } = await connection.lease();
    const asked = await readQuestion(RED, node, this.#definition, msg);
    const origin = originOf(RED, msg, asked, this.#limits, closed);
    const { threadId, busy } = asked;
    if (threadId === undefined) return { api, asked, origin, turn: null };
    if (turns.isTaken(threadId)) this.#apiNode.status.waiting("queued");
    const turn = takeTurn(RED, turns, threadId, busy, origin.signal);
    // Awaited by whoever asks the question; until then nobody else hears of a refusal.
    turn.catch(() => {});
    return { api, asked, origin, turn };
  }

  /** Cancels the thread's run and sends away who waits for the thread; leaves by no port. */
  async #cancelThread(msg: NodeMessageInFlow): Promise<void> {
    const { RED, node, connection, closed } = this.#apiNode;
    const { api, threadId } = await this.#inOrder(async () => {
      const lease = await connection.lease();
      const read = await readThread(RED, node, this.#definition, msg);
      lease.turns.empty(read);
      lease.turns.stop(read);
      return { api: lease.api, threadId: read };
    });
    await cancelActiveRun(RED, api, threadId, closed);
  }

  #showTokens(run: Run): void {
    const { RED, connection, status } = this.#apiNode;
    const key = connection.rehearsal ? "status.rehearsed" : "status.answered";
    status.done(text(RED, key, { tokens: run.usage?.total_tokens ?? 0 }));
  }
}

/** What a run node does with its messages: questions, answers to its calls, and the wish to stop. */
import type { NodeMessage, NodeMessageInFlow } from "node-red";
import type { Run, RunToolCall } from "../../src/contract/objects.ts";
import { type Journal, journalOf, mayHoldQuestions } from "../journal/journal.ts";
import type { LeftQuestion } from "../journal/noted-question.ts";
import { toFlowError } from "../shared/api-error.ts";
import { type ApiNode, createApiNode, settle } from "../shared/api-node.ts";
import { idOf } from "../shared/fields.ts";
import { text } from "../shared/texts.ts";
import { rememberAnswered } from "./answered-messages.ts";
import { cancelActiveRun } from "./cancel.ts";
import { answerUnavailable } from "./http-client.ts";
import { type Joined, join, rejoin } from "./join.ts";
import { keepMessage, takeMessage } from "./kept-message.ts";
import { whyEnded } from "./origin.ts";
import { listed, progressMessage } from "./progress.ts";
import type { Question, QuestionHost } from "./question.ts";
import { questionLimits } from "./question-limits.ts";
import type { QuestionNotes } from "./question-notes.ts";
import { failedNode, Retries } from "./retries.ts";
import { isLetGo, LetGo, type RunContext } from "./run-context.ts";
import { type RunDefinition, readThread } from "./run-fields.ts";
import { callOf, type SentCall, sentCalls } from "./sent-calls.ts";
import { registerRunNode, takeUpLeft } from "./take-up.ts";
import { toolAnswer, toolMessage } from "./tool-message.ts";

type Send = (msg: (NodeMessageInFlow | null)[]) => void;

export class RunController {
  readonly #context: RunContext;
  readonly #retries: Retries;
  /** The questions that have come and are not yet answered, those that wait for their turn included. */
  readonly #questions = new Set<Promise<void>>();
  /** What else is under way. */
  readonly #others = new Set<Promise<void>>();
  /** The questions that have a run, by it. */
  readonly #byRun = new Map<string, Question>();
  /** The questions that are taken up from before the start, by their messages. */
  readonly #left = new WeakMap<NodeMessage, Promise<Joined>>();
  /** Fulfilled when all that was left has its place: what comes now comes after. */
  readonly #takenUp: Promise<void>;
  #reading: Promise<unknown>;

  constructor(RED: ApiNode["RED"], node: ApiNode["node"], definition: RunDefinition) {
    const limits = questionLimits(definition);
    this.#retries = new Retries(node.id, limits.retries);
    const journal = journalOf(RED);
    const apiNode = createApiNode(RED, node, definition.config, {
      reason: (removed) =>
        definition.restart === "resume" && !removed ? new LetGo() : new Error("The node was closed."),
      finish: async () => {
        await this.#takenUp;
        await Promise.allSettled([...this.#questions, ...this.#others]);
        // Notes that questions have left behind only now.
        await Promise.allSettled(this.#others);
        await journal.release();
      },
    });
    const book = { journal, onFailure: (error: unknown) => this.#warnOfJournal(error) };
    this.#context = { apiNode, definition, limits, book, host: this.#host(apiNode, definition) };
    registerRunNode(node.id, apiNode.closed);
    node.on("input", (msg, send, done) => this.#take(msg, send, done));
    this.#takenUp = mayHoldQuestions(RED) ? this.#takeUp() : Promise.resolve();
    this.#reading = this.#takenUp;
  }

  #host({ RED, node, status, closed }: ApiNode, definition: RunDefinition): QuestionHost {
    const properties = listed(RED, definition.progressProperties ?? "", (name) =>
      node.warn(text(RED, "warning.property_invalid", { name })),
    );
    const onEvent: QuestionHost["onEvent"] = (msg, run, event) => {
      if (!closed.aborted) node.send([null, null, progressMessage(RED, msg, run, event, properties)]);
    };
    return {
      onEvent: definition.progress ? onEvent : null,
      RED,
      node,
      onRun: (question, runId) => this.#byRun.set(runId, question),
      onProgress: (waiting) => (waiting ? status.waiting("tools") : status.busy("running")),
      sendCalls: (msg, run, calls, round) => this.#sendCalls(msg, run, calls, round),
    };
  }

  #take(msg: NodeMessageInFlow, send: Send, done: (error?: Error) => void): void {
    const { apiNode } = this.#context;
    const call = callOf(msg);
    if (call?.node === apiNode.node.id) {
      // Absorbed: its question's `done` is the one that counts. The first answer to a call is taken, a later
      // one, or one whose run has ended, is not; but it is never another question.
      this.#takeAnswer(call, msg);
    } else if (this.#left.has(msg)) {
      settle(apiNode, done, () => track(this.#questions, this.#answer(msg, send)));
    } else if (!this.#retries.mayAsk(msg)) {
      const reason = this.#retries.reasonOf(msg);
      apiNode.node.warn(text(apiNode.RED, "warning.question_dropped", { reason }));
      apiNode.status.dropped();
      done();
    } else if (msg["cancel"] === true) {
      settle(apiNode, done, () => track(this.#others, this.#cancelThread(msg)));
    } else {
      // It is asked anew; what its run says now is what counts.
      if (failedNode(msg)) delete msg["error"];
      settle(apiNode, done, () => track(this.#questions, this.#answer(msg, send)));
    }
  }

  /** An answer that comes from outside may be there before its run has been taken up. */
  #takeAnswer(call: SentCall, msg: NodeMessage): void {
    const take = () => this.#byRun.get(call.run_id)?.takeAnswer(call.round, call.id, toolAnswer(msg));
    if (this.#byRun.has(call.run_id)) take();
    else void this.#takenUp.then(take);
  }

  /** Asks a question and sends its answer out. */
  async #answer(msg: NodeMessageInFlow, send: Send): Promise<void> {
    const { closed } = this.#context.apiNode;
    try {
      const { run, notes } = await this.#ask(msg);
      this.#retries.answered(msg);
      if (closed.aborted) await this.#leave(msg, notes, false);
      closed.throwIfAborted();
      // This one is still among them.
      if (this.#questions.size === 1) this.#showTokens(run);
      send([msg, null]);
      void track(this.#others, notes.end());
    } catch (error) {
      this.#retries.failed(msg, toFlowError(error).message);
      throw error;
    }
  }

  /** Asks, and writes the answer into the message. */
  async #ask(msg: NodeMessageInFlow): Promise<{ run: Run; notes: QuestionNotes }> {
    const { RED, status, closed } = this.#context.apiNode;
    status.busy("running");
    const joining = this.#left.get(msg) ?? this.#inOrder(() => join(this.#context, msg));
    const {
      question,
      origin,
      notes,
      turn: comes,
      answer,
    } = await joining.catch((error: unknown) => {
      if (closed.aborted) this.#refuse(msg);
      throw error;
    });
    let stopped: AbortSignal | undefined;
    let release = () => {};
    try {
      const turn = await comes;
      if (turn) ({ stopped, release } = turn);
      const signal = stopped ? AbortSignal.any([origin.signal, stopped]) : origin.signal;
      const { run, thread, messages, value, toolOutputs } = await answer(signal);
      Object.assign(msg, { run, thread, messages, toolOutputs });
      const message = idOf(msg["message"]);
      if (message !== undefined) rememberAnswered(message);
      delete msg["message"];
      RED.util.setMessageProperty(msg, this.#context.definition.answer || "payload", value, true);
      return { run, notes };
    } catch (error) {
      await this.#leave(msg, notes, question.mayBeActive);
      throw closed.aborted ? error : whyEnded(RED, error, origin, stopped);
    } finally {
      for (const [runId, asking] of this.#byRun) if (asking === question) this.#byRun.delete(runId);
      release();
    }
  }

  /** Nobody waits for the question here any more: the next start takes it up, or cancels what may be left of it. */
  async #leave(msg: NodeMessage, notes: QuestionNotes, mayBeActive: boolean): Promise<void> {
    if (isLetGo(this.#context, msg, notes)) {
      keepMessage(notes.id, msg);
      await notes.settled();
      return;
    }
    await (mayBeActive ? notes.giveUp() : notes.end());
    if (this.#context.apiNode.closed.aborted) this.#refuse(msg);
  }

  /** A client that waits for a question of a node that is closed; one behind a tool call waits for somebody else. */
  #refuse(msg: NodeMessage): void {
    if (callOf(msg) === null) answerUnavailable(msg, text(this.#context.apiNode.RED, "error.node_closed"));
  }

  /** Fields may be slow to read. One message after the other, questions queue in the order of their coming. */
  #inOrder<T>(read: () => Promise<T>): Promise<T> {
    const result = this.#reading.then(read);
    this.#reading = result.catch(() => {});
    return result;
  }

  /** Cancels the thread's run and sends away who waits for the thread; leaves by no port. */
  async #cancelThread(msg: NodeMessageInFlow): Promise<void> {
    const { definition, apiNode } = this.#context;
    const { RED, node, connection, closed } = apiNode;
    const { api, threadId } = await this.#inOrder(async () => {
      const service = await connection.service();
      const read = await readThread(RED, node, definition, msg);
      service.turns.empty(read);
      service.turns.stop(read);
      return { api: service.api, threadId: read };
    });
    await cancelActiveRun(RED, api, threadId, closed);
  }

  /** What was left comes in as messages do, so that `done` and Catch are theirs as well. */
  async #takeUp(): Promise<void> {
    const { node, closed } = this.#context.apiNode;
    try {
      const takeUp = async (left: LeftQuestion, journal: Journal) => {
        const msg = takeMessage(left);
        const joining = rejoin(this.#context, msg, left);
        const joined = await joining.catch(() => null);
        if (closed.aborted) {
          keepMessage(left.id, msg);
          (await joined?.turn?.catch(() => null))?.release();
          return;
        }
        // Its service cannot even be opened, and that is what its message goes to Catch with.
        if (!joined) await journal.giveUp(left.id);
        this.#left.set(msg, joining);
        node.receive(msg);
      };
      await takeUpLeft(this.#context, takeUp, (cancelling) => void track(this.#others, cancelling));
    } catch (error) {
      this.#warnOfJournal(error);
    }
  }

  #sendCalls(msg: NodeMessage, run: Run, calls: RunToolCall[], round: number): void {
    const { RED, node } = this.#context.apiNode;
    const about = { run_id: run.id, thread_id: run.thread_id, node: node.id, round };
    const messages = calls.map((call) => {
      const message = toolMessage(RED, msg, call, about);
      sentCalls.remember(message._msgid, message.toolCall);
      return message;
    });
    // One array in the second place: one message after the other out of the second port.
    node.send([null, messages]);
  }

  #showTokens(run: Run): void {
    const { RED, connection, status } = this.#context.apiNode;
    const key = connection.rehearsal ? "status.rehearsed" : "status.answered";
    status.done(text(RED, key, { tokens: run.usage?.total_tokens ?? 0 }));
  }

  #warnOfJournal(error: unknown): void {
    const { RED, node, closed } = this.#context.apiNode;
    if (closed.aborted) return;
    const reason = error instanceof Error ? error.message : String(error);
    node.warn(text(RED, "warning.journal_failed", { reason }));
  }
}

/** So that closing can wait for it. */
function track(all: Set<Promise<void>>, work: Promise<void>): Promise<void> {
  const tracked = work.finally(() => all.delete(tracked));
  all.add(tracked);
  return tracked;
}

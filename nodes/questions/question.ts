/** One question from the message that brings it to its answer: the run, its rounds of tool calls, its end. */
import type { Node, NodeAPI, NodeMessage } from "node-red";
import type { AssistantsApi } from "../../src/contract/api.ts";
import type { StreamEvent } from "../../src/contract/events.ts";
import type { Run, RunToolCall } from "../../src/contract/objects.ts";
import { toFlowError } from "../shared/api-error.ts";
import { flowError, runError } from "../shared/flow-error.ts";
import { text } from "../shared/texts.ts";
import { type Answer, readAnswer } from "./answer-message.ts";
import type { Asked } from "./begin-run.ts";
import { childLineage, type Lineage } from "./lineage.ts";
import type { ToolAnswer } from "./pending-call.ts";
import type { QuestionLimits } from "./question-limits.ts";
import type { QuestionNotes } from "./question-notes.ts";
import { QuestionRun } from "./question-run.ts";
import type { ResumePoint } from "./resume-point.ts";
import { errorOutput, toolOutput } from "./tool-output.ts";
import { type AnsweredToolCall, ToolRound } from "./tool-round.ts";
import { isUnsearched } from "./unsearched.ts";

/** Seconds that a run outlives its longest call, so that the call's own limit comes first. */
const EXPIRY_GRACE = 10;

/** What a question needs from its run node. */
export interface QuestionHost {
  RED: NodeAPI;
  node: Node;
  /** The question has a run: from now on answers to its calls can come. */
  onRun(question: Question, runId: string): void;
  /** Sends the calls of a round into the flow, for the question that came with `msg`. */
  sendCalls(msg: NodeMessage, run: Run, calls: RunToolCall[], round: number): void;
  /** The run works, or waits for the flow. */
  onProgress(waiting: boolean): void;
  /** Told of what happens to the run while it works; null where nobody wants to know. */
  onEvent: ((msg: NodeMessage, run: Run, event: StreamEvent) => void) | null;
}

/** The service that it is asked at. */
export interface QuestionService {
  api: AssistantsApi;
  /** Has a run wait for the flow until then, in Unix seconds; a service that is not ours has a limit of its own. */
  waitUntil?(runId: string, until: number): Promise<void>;
}

export interface QuestionSettings {
  host: QuestionHost;
  service: QuestionService;
  /** The message that brought it. */
  msg: NodeMessage;
  limits: QuestionLimits;
  lineage: Lineage;
  notes: QuestionNotes;
  /** Whether the run is to go on without anybody who waits for it, because its node takes it up again. */
  isLetGo(): boolean;
}

export class Question {
  readonly #settings: QuestionSettings;
  readonly #run: QuestionRun;
  readonly #answered: AnsweredToolCall[] = [];
  #round: ToolRound | null = null;
  /** Answers that came before their round was taken up; null when it has been. */
  #early: { round: number; callId: string; answer: ToolAnswer }[] | null = null;

  constructor(settings: QuestionSettings) {
    const { host, service, msg, limits } = settings;
    const { RED, onEvent } = host;
    this.#settings = settings;
    this.#run = new QuestionRun({
      RED,
      api: service.api,
      seconds: limits.runSeconds,
      tell: onEvent && ((run, event) => onEvent(msg, run, event)),
    });
  }

  get runId(): string | null {
    return this.#run.id;
  }

  /** Whether it has failed and may have left an active run, because the service could not be told. */
  get mayBeActive(): boolean {
    return this.#run.mayBeActive;
  }

  /** Takes the flow's answer to a call of the round; what comes too late or twice changes nothing. */
  takeAnswer(round: number, callId: string, answer: ToolAnswer): void {
    if (this.#round?.number === round) this.#round.answer(callId, answer);
    else this.#early?.push({ round, callId, answer });
  }

  /**
   * Asks, and runs to the end. Rejects with a `FlowError` when the run ends without an answer, and when the API
   * fails; then the run, if it is still under way, is cancelled, so that the thread is free again.
   * @param signal gives the question up, because its node closes or nobody waits for its answer any more
   */
  async ask(asked: Asked, signal: AbortSignal): Promise<Answer> {
    const { host, lineage, notes } = this.#settings;
    signal.throwIfAborted();
    lineage.budget.spend(host.RED);
    const run = await this.#run.begin(asked, notes, signal);
    return this.#orCancel(async () => {
      host.onRun(this, run.id);
      if (isUnsearched(asked, run)) host.node.warn(text(host.RED, "warning.files_unsearched"));
      await notes.run(run.id);
      return this.#follow(1, signal);
    });
  }

  /** It is the question of a run that was begun before. Answers can come from now on. */
  expect(runId: string): void {
    this.#early = [];
    this.#settings.host.onRun(this, runId);
  }

  /** Goes on with that run, as `ask` does. */
  takeUp(run: Run, { round, earlier, given }: ResumePoint, signal: AbortSignal): Promise<Answer> {
    this.#answered.push(...earlier);
    this.#run.restore(run);
    this.#settings.host.onRun(this, run.id);
    const early = (this.#early ?? []).filter((answer) => answer.round === round);
    for (const { callId, answer } of early) if (!given.has(callId)) given.set(callId, answer);
    this.#early = null;
    return this.#orCancel(() => this.#follow(round, signal, given));
  }

  /** Nobody can say what has become of its run. */
  lose(): void {
    this.#run.lose();
  }

  /** A run that is there is cancelled when it cannot be led to its end. */
  async #orCancel(lead: () => Promise<Answer>): Promise<Answer> {
    const { host, isLetGo } = this.#settings;
    try {
      return await lead();
    } catch (error) {
      if (isLetGo()) throw error;
      const failed = await this.#run.cancel();
      if (failed !== null) host.node.debug(`A run could not be cancelled: ${toFlowError(failed).message}`);
      throw error;
    }
  }

  /** @param given answers to the calls of the first round that are there already, by the calls' ids */
  async #follow(
    first: number,
    signal: AbortSignal,
    given: ReadonlyMap<string, ToolAnswer> = new Map(),
  ): Promise<Answer> {
    const { host, service, limits } = this.#settings;
    const { RED } = host;
    signal.throwIfAborted();
    for (let round = first; ; round += 1) {
      host.onProgress(false);
      const run = await this.#run.untilRest(signal);
      if (run.status === "completed") return readAnswer(RED, service.api, run, this.#answered, signal);
      if (run.status !== "requires_action") throw runError(RED, run);
      if (round > limits.rounds) throw flowError(RED, "too_many_rounds", { rounds: limits.rounds });
      await this.#playRound(run, round, signal, round === first ? given : new Map());
    }
  }

  /** Hands the calls to the flow and its answers to the run, unless that is ended from elsewhere meanwhile. */
  async #playRound(
    run: Run,
    number: number,
    signal: AbortSignal,
    given: ReadonlyMap<string, ToolAnswer>,
  ): Promise<void> {
    const { host, limits, lineage, notes, msg } = this.#settings;
    const calls = run.required_action?.submit_tool_outputs.tool_calls ?? [];
    const round = new ToolRound(calls, {
      runId: run.id,
      number,
      lineage: childLineage(lineage, run.thread_id),
      toolSeconds: limits.toolSeconds,
      maxCalls: limits.calls,
      onWait: (call, seconds) => this.#waitFor(run, call, seconds),
      onAnswer: (answered) => notes.answer(number, answered, limits.outputBytes),
    });
    this.#round = round;
    void notes.round(number);
    for (const [callId, answer] of given) round.answer(callId, answer);
    host.onProgress(true);
    const watching = new AbortController();
    const taken = this.#run.untilTaken(AbortSignal.any([signal, watching.signal]));
    try {
      host.sendCalls(msg, run, round.open, number);
      const first = await Promise.race([round.answers, taken]);
      if (Array.isArray(first)) await this.#submit(first, signal);
      else this.#run.restore(first);
    } finally {
      this.#round = null;
      round.close();
      watching.abort();
      // It ends by being aborted; what it finds after the answers are in is of no more interest.
      taken.catch(() => {});
    }
  }

  /** A run lives as long as its longest open call may wait, where that is in our hands. */
  #waitFor(run: Run, call: RunToolCall, seconds: number): void {
    const { host, service } = this.#settings;
    const until = Math.ceil(Date.now() / 1000 + seconds) + EXPIRY_GRACE;
    if (run.expires_at === null || until <= run.expires_at) return;
    const waits = service.waitUntil?.(run.id, until);
    if (waits) waits.catch((error: unknown) => host.node.warn(toFlowError(error).message));
    else host.node.warn(text(host.RED, "warning.run_expires_first", { name: call.function.name, seconds }));
  }

  async #submit(answered: AnsweredToolCall[], signal: AbortSignal): Promise<void> {
    const { host, lineage } = this.#settings;
    this.#answered.push(...answered);
    lineage.budget.spend(host.RED);
    const outputs = answered.map(({ call, answer }) => {
      return { tool_call_id: call.id, output: this.#output(call.function.name, answer) };
    });
    await this.#run.submit(outputs, signal);
  }

  /** What the model reads; the author is told of what went wrong. */
  #output(name: string, answer: ToolAnswer): string {
    const { host, limits } = this.#settings;
    const { RED, node } = host;
    if ("error" in answer) {
      const key = answer.late ? "warning.tool_late" : "warning.tool_failed";
      node.warn(text(RED, key, { name, reason: answer.error }));
      return errorOutput(answer.error);
    }
    const { output, problem } = toolOutput(name, answer.payload, limits.outputBytes);
    if (problem) node.warn(text(RED, `warning.output_${problem}`, { name }));
    return output;
  }
}

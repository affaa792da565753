/** One question from the message that brings it to its answer: the run, its rounds of tool calls, its end. */
import type { Node, NodeAPI, NodeMessage } from "node-red";
import type { AssistantsApi } from "../../src/contract/api.ts";
import { ContractError } from "../../src/contract/errors.ts";
import type { Run, RunToolCall } from "../../src/contract/objects.ts";
import { toFlowError } from "../shared/api-error.ts";
import { flowError, runError } from "../shared/flow-error.ts";
import { text } from "../shared/texts.ts";
import { type Answer, readAnswer } from "./answer-message.ts";
import { type Asked, beginRun } from "./begin-run.ts";
import { childLineage, type Lineage } from "./lineage.ts";
import type { ToolAnswer } from "./pending-call.ts";
import type { QuestionLimits } from "./question-limits.ts";
import type { QuestionNotes } from "./question-notes.ts";
import type { ResumePoint } from "./resume-point.ts";
import { isOver, untilRest, untilTaken } from "./run-rest.ts";
import { errorOutput, toolOutput } from "./tool-output.ts";
import { type AnsweredToolCall, ToolRound } from "./tool-round.ts";

/** How long anybody waits for a run to be made, or cancelled, that nobody wants any more. */
const PARTING_MS = 5000;

/** Seconds that a run outlives its longest call, so that the call's own limit comes first. */
const EXPIRY_GRACE = 10;

/** What a question needs from its run node. */
export interface QuestionHost {
  RED: NodeAPI;
  node: Node;
  /** The question has a run: from now on answers to its calls can come. */
  onRun(question: Question, run: Run): void;
  /** Sends the calls of a round into the flow, for the question that came with `msg`. */
  sendCalls(msg: NodeMessage, run: Run, calls: RunToolCall[], round: number): void;
  /** The run works, or waits for the flow. */
  onProgress(waiting: boolean): void;
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
  readonly #msg: NodeMessage;
  readonly #host: QuestionHost;
  readonly #service: QuestionService;
  readonly #limits: QuestionLimits;
  readonly #lineage: Lineage;
  readonly #notes: QuestionNotes;
  readonly #isLetGo: () => boolean;
  readonly #answered: AnsweredToolCall[] = [];
  /** As it was last seen. */
  #run: Run | null = null;
  #round: ToolRound | null = null;
  /** Answers to the calls of a round that is only being taken up; null when it has been. */
  #given: Map<string, ToolAnswer> | null = null;
  #workMs: number;
  /** The service may hold a run of its that nobody waits for any more. */
  #mayBeActive = false;

  constructor({ host, service, msg, limits, lineage, notes, isLetGo }: QuestionSettings) {
    this.#host = host;
    this.#service = service;
    this.#msg = msg;
    this.#limits = limits;
    this.#lineage = lineage;
    this.#notes = notes;
    this.#isLetGo = isLetGo;
    this.#workMs = limits.runSeconds * 1000;
  }

  get runId(): string | null {
    return this.#run?.id ?? null;
  }

  /** Whether it has failed and may have left an active run, because the service could not be told. */
  get mayBeActive(): boolean {
    return this.#mayBeActive;
  }

  /** Takes the flow's answer to a call of the round; what comes too late or twice changes nothing. */
  takeAnswer(round: number, callId: string, answer: ToolAnswer): void {
    if (this.#round?.number === round) this.#round.answer(callId, answer);
    else if (this.#given && !this.#given.has(callId)) this.#given.set(callId, answer);
  }

  /**
   * Asks, and runs to the end. Rejects with a `FlowError` when the run ends without an answer, and when the API
   * fails; then the run, if it is still under way, is cancelled, so that the thread is free again.
   * @param signal gives the question up, because its node closes or nobody waits for its answer any more
   */
  async ask(asked: Asked, signal: AbortSignal): Promise<Answer> {
    signal.throwIfAborted();
    this.#lineage.budget.spend(this.#host.RED);
    const run = await this.#begin(asked, signal);
    this.#run = run;
    this.#host.onRun(this, run);
    await this.#notes.run(run.id);
    return this.lead(run, 1, signal);
  }

  /** A run that is only just being made is waited for, though no longer than that is worth. */
  async #begin(asked: Asked, signal: AbortSignal): Promise<Run> {
    const making = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    const part = () => {
      timer = setTimeout(() => making.abort(), PARTING_MS);
    };
    signal.addEventListener("abort", part, { once: true });
    try {
      return await beginRun(
        this.#host.RED,
        this.#service.api,
        asked,
        this.#notes,
        { signal: making.signal },
        signal,
      );
    } catch (error) {
      // Only an answer that refuses it says for certain that there is none.
      this.#mayBeActive = error instanceof ContractError && !(error.status >= 400 && error.status < 500);
      throw error;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", part);
    }
  }

  /** Makes it the question that a run was begun for. From now on answers can come. */
  restore(run: Run, { earlier, given }: ResumePoint): void {
    this.#answered.push(...earlier);
    this.#given = given;
    this.#run = run;
    this.#host.onRun(this, run);
  }

  /** Goes on with its run, as `ask` does. */
  async lead(run: Run, round: number, signal: AbortSignal): Promise<Answer> {
    this.#run = run;
    try {
      signal.throwIfAborted();
      return await this.#follow(run, round, signal);
    } catch (error) {
      if (!this.#isLetGo()) await this.#cancel();
      throw error;
    }
  }

  /** Cancels the run if it is still under way. Never rejects. */
  async #cancel(): Promise<void> {
    const run = this.#run;
    if (!run || isOver(run)) return;
    const { RED, node } = this.#host;
    const signal = AbortSignal.timeout(PARTING_MS);
    try {
      const where = { thread_id: run.thread_id, run_id: run.id };
      // To its end: until then the thread takes nothing else.
      await untilRest(RED, this.#service.api, await this.#service.api.cancelRun(where, { signal }), signal);
    } catch (error) {
      // It has ended by itself in the meantime.
      if (error instanceof ContractError && error.code === "run_not_cancellable") return;
      this.#mayBeActive = true;
      node.debug(`A run could not be cancelled: ${error instanceof Error ? error.message : error}`);
    }
  }

  async #follow(begun: Run, first: number, signal: AbortSignal): Promise<Answer> {
    let run = begun;
    for (let round = first; ; round += 1) {
      this.#host.onProgress(false);
      run = await this.#untilRest(run, signal);
      if (run.status !== "requires_action") break;
      const { rounds } = this.#limits;
      if (round > rounds) throw flowError(this.#host.RED, "too_many_rounds", { rounds });
      run = await this.#playRound(run, round, signal);
    }
    if (run.status !== "completed") throw runError(this.#host.RED, run);
    return readAnswer(this.#host.RED, this.#service.api, run, this.#answered, signal);
  }

  /** Only the time in which the run works counts into its limit. */
  async #untilRest(run: Run, signal: AbortSignal): Promise<Run> {
    const { RED } = this.#host;
    const begun = Date.now();
    const seconds = this.#limits.runSeconds;
    const late = flowError(RED, "run_timeout", { seconds });
    this.#run = await untilRest(RED, this.#service.api, run, signal, { milliseconds: this.#workMs, late });
    this.#workMs -= Date.now() - begun;
    return this.#run;
  }

  /** Hands the calls to the flow and its answers to the run; the run that comes back may have ended elsewhere. */
  async #playRound(run: Run, number: number, signal: AbortSignal): Promise<Run> {
    const calls = run.required_action?.submit_tool_outputs.tool_calls ?? [];
    const round = new ToolRound(calls, {
      runId: run.id,
      number,
      lineage: childLineage(this.#lineage, run.thread_id),
      toolSeconds: this.#limits.toolSeconds,
      maxCalls: this.#limits.calls,
      onWait: (call, seconds) => this.#waitFor(run, call, seconds),
      onAnswer: (answered) => this.#notes.answer(number, answered, this.#limits.outputBytes),
    });
    this.#round = round;
    for (const [callId, answer] of this.#given ?? []) round.answer(callId, answer);
    this.#given = null;
    this.#host.onProgress(true);
    const watching = new AbortController();
    const taken = untilTaken(
      this.#host.RED,
      this.#service.api,
      run,
      AbortSignal.any([signal, watching.signal]),
    );
    try {
      this.#host.sendCalls(this.#msg, run, round.open, number);
      const first = await Promise.race([round.answers, taken]);
      if (!Array.isArray(first)) return first;
      return await this.#submit(run, first, signal);
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
    const { RED, node } = this.#host;
    const until = Math.ceil(Date.now() / 1000 + seconds) + EXPIRY_GRACE;
    if (run.expires_at === null || until <= run.expires_at) return;
    const waits = this.#service.waitUntil?.(run.id, until);
    if (waits) waits.catch((error: unknown) => node.warn(toFlowError(error).message));
    else node.warn(text(RED, "warning.run_expires_first", { name: call.function.name, seconds }));
  }

  async #submit(run: Run, answered: AnsweredToolCall[], signal: AbortSignal): Promise<Run> {
    this.#answered.push(...answered);
    this.#lineage.budget.spend(this.#host.RED);
    const tool_outputs = answered.map(({ call, answer }) => {
      return { tool_call_id: call.id, output: this.#output(call.function.name, answer) };
    });
    const where = { thread_id: run.thread_id, run_id: run.id };
    try {
      return await this.#service.api.submitToolOutputsToRun({ ...where, tool_outputs }, { signal });
    } catch (error) {
      // It was ended from elsewhere meanwhile, and how is what the flow wants to know.
      const ended = error instanceof ContractError && error.code === "run_not_accepting_outputs";
      if (!ended) throw error;
      return this.#service.api.getRun(where, { signal });
    }
  }

  /** What the model reads; the author is told of what went wrong. */
  #output(name: string, answer: ToolAnswer): string {
    const { RED, node } = this.#host;
    if ("error" in answer) {
      node.warn(text(RED, "warning.tool_failed", { name, reason: answer.error }));
      return errorOutput(answer.error);
    }
    const { output, problem } = toolOutput(name, answer.payload, this.#limits.outputBytes);
    if (problem) node.warn(text(RED, `warning.output_${problem}`, { name }));
    return output;
  }
}

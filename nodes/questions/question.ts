/** One question from the message that brings it to its answer: the run, its rounds of tool calls, its end. */
import type { Node, NodeAPI, NodeMessage } from "node-red";
import type { AssistantsApi } from "../../src/contract/api.ts";
import { ContractError } from "../../src/contract/errors.ts";
import type { Message, Run, RunToolCall, Thread } from "../../src/contract/objects.ts";
import { flowError, runError } from "../shared/flow-error.ts";
import { text } from "../shared/texts.ts";
import { answerText, toolOutputs, wantsJson } from "./answer-message.ts";
import { type Asked, beginRun } from "./begin-run.ts";
import { childLineage, type Lineage } from "./lineage.ts";
import type { ToolAnswer } from "./pending-call.ts";
import type { QuestionLimits } from "./question-limits.ts";
import { isOver, untilRest, untilTaken } from "./run-rest.ts";
import { errorOutput, toolOutput } from "./tool-message.ts";
import { type AnsweredToolCall, ToolRound } from "./tool-round.ts";

/** How long anybody waits for a run to be made, or cancelled, that nobody wants any more. */
const PARTING_MS = 5000;

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

export interface Answer {
  run: Run;
  thread: Thread;
  /** The run's own, oldest first. */
  messages: Message[];
  /** The text of the last of them, or what it says where the run was asked for JSON. */
  value: unknown;
  toolOutputs: Record<string, unknown[]>;
}

export interface QuestionSettings {
  host: QuestionHost;
  api: AssistantsApi;
  /** The message that brought it. */
  msg: NodeMessage;
  limits: QuestionLimits;
  lineage: Lineage;
  /** Gives the question up, because its node closes or nobody waits for its answer any more. */
  signal: AbortSignal;
}

export class Question {
  readonly #msg: NodeMessage;
  readonly #host: QuestionHost;
  readonly #api: AssistantsApi;
  readonly #limits: QuestionLimits;
  readonly #lineage: Lineage;
  readonly #signal: AbortSignal;
  readonly #answered: AnsweredToolCall[] = [];
  /** Its own signal: a run whose making was given up may be there all the same, and nobody could cancel it. */
  readonly #beginning = new AbortController();
  #begun: Promise<Run> | null = null;
  /** As it was last seen. */
  #run: Run | null = null;
  #round: ToolRound | null = null;

  constructor({ host, api, msg, limits, lineage, signal }: QuestionSettings) {
    this.#host = host;
    this.#api = api;
    this.#msg = msg;
    this.#limits = limits;
    this.#lineage = lineage;
    this.#signal = signal;
  }

  get runId(): string | null {
    return this.#run?.id ?? null;
  }

  /** Takes the flow's answer to a call of the round; what comes too late or twice changes nothing. */
  takeAnswer(round: number, callId: string, answer: ToolAnswer): void {
    if (this.#round?.number === round) this.#round.answer(callId, answer);
  }

  /**
   * Runs to the end. Rejects with a `FlowError` when the run ends without an answer, and when the API fails; then
   * the run, if it is still under way, is cancelled, so that the thread is free again.
   */
  async ask(asked: Asked): Promise<Answer> {
    this.#signal.throwIfAborted();
    this.#lineage.budget.spend(this.#host.RED);
    const options = { signal: this.#beginning.signal };
    this.#begun = beginRun(this.#host.RED, this.#api, asked, options, this.#signal);
    const run = await this.#begun;
    this.#run = run;
    try {
      this.#signal.throwIfAborted();
      this.#host.onRun(this, run);
      return await this.#follow(run);
    } catch (error) {
      await this.cancel();
      throw error;
    }
  }

  /** Cancels the run if it is still under way. Never rejects: a service that cannot be told lets it expire. */
  async cancel(): Promise<void> {
    const signal = AbortSignal.timeout(PARTING_MS);
    const giveUp = () => this.#beginning.abort();
    signal.addEventListener("abort", giveUp, { once: true });
    try {
      const begun = await this.#begun;
      const run = this.#run ?? begun;
      if (!run || isOver(run)) return;
      const where = { thread_id: run.thread_id, run_id: run.id };
      // To its end: until then the thread takes nothing else.
      await untilRest(this.#host.RED, this.#api, await this.#api.cancelRun(where, { signal }), signal);
    } catch (error) {
      this.#host.node.debug(
        `A run could not be cancelled: ${error instanceof Error ? error.message : error}`,
      );
    } finally {
      signal.removeEventListener("abort", giveUp);
    }
  }

  async #follow(begun: Run): Promise<Answer> {
    let run = begun;
    for (let round = 1; ; round += 1) {
      this.#host.onProgress(false);
      run = await untilRest(this.#host.RED, this.#api, run, this.#signal);
      this.#run = run;
      if (run.status !== "requires_action") break;
      const { rounds } = this.#limits;
      if (round > rounds) throw flowError(this.#host.RED, "too_many_rounds", { rounds });
      run = await this.#playRound(run, round);
    }
    if (run.status !== "completed") throw runError(this.#host.RED, run);
    return this.#answer(run);
  }

  /** Hands the calls to the flow and its answers to the run; the run that comes back may have ended elsewhere. */
  async #playRound(run: Run, number: number): Promise<Run> {
    const calls = run.required_action?.submit_tool_outputs.tool_calls ?? [];
    const round = new ToolRound(calls, {
      runId: run.id,
      number,
      lineage: childLineage(this.#lineage, run.thread_id),
      toolSeconds: this.#limits.toolSeconds,
      maxCalls: this.#limits.calls,
    });
    this.#round = round;
    this.#host.onProgress(true);
    const watching = new AbortController();
    const signal = AbortSignal.any([this.#signal, watching.signal]);
    const taken = untilTaken(this.#host.RED, this.#api, run, signal);
    try {
      this.#host.sendCalls(this.#msg, run, round.open, number);
      const first = await Promise.race([round.answers, taken]);
      if (!Array.isArray(first)) return first;
      return await this.#submit(run, first);
    } finally {
      this.#round = null;
      round.close();
      watching.abort();
      // It ends by being aborted; what it finds after the answers are in is of no more interest.
      taken.catch(() => {});
    }
  }

  async #submit(run: Run, answered: AnsweredToolCall[]): Promise<Run> {
    this.#answered.push(...answered);
    this.#lineage.budget.spend(this.#host.RED);
    const tool_outputs = answered.map(({ call, answer }) => {
      return { tool_call_id: call.id, output: this.#output(call.function.name, answer) };
    });
    const where = { thread_id: run.thread_id, run_id: run.id };
    try {
      return await this.#api.submitToolOutputsToRun({ ...where, tool_outputs }, { signal: this.#signal });
    } catch (error) {
      // It was ended from elsewhere meanwhile, and how is what the flow wants to know.
      const ended = error instanceof ContractError && error.code === "run_not_accepting_outputs";
      if (!ended) throw error;
      return this.#api.getRun(where, { signal: this.#signal });
    }
  }

  /** What the model reads; the author is told of what went wrong. */
  #output(name: string, answer: ToolAnswer): string {
    const { RED, node } = this.#host;
    if ("error" in answer) {
      node.warn(text(RED, "warning.tool_failed", { name, reason: answer.error }));
      return errorOutput(answer.error);
    }
    const { output, problem } = toolOutput(name, answer.payload);
    if (problem) node.warn(text(RED, `warning.output_${problem}`, { name }));
    return output;
  }

  async #answer(run: Run): Promise<Answer> {
    const { thread_id, id: run_id } = run;
    const options = { signal: this.#signal };
    const [page, thread] = await Promise.all([
      this.#api.listMessages({ thread_id, run_id, order: "asc", limit: 100 }, options),
      this.#api.getThread({ thread_id }, options),
    ]);
    const value = this.#value(run, answerText(page.data));
    return { run, thread, messages: page.data, value, toolOutputs: toolOutputs(this.#answered) };
  }

  #value(run: Run, said: string): unknown {
    if (!wantsJson(run)) return said;
    try {
      return JSON.parse(said);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw flowError(this.#host.RED, "answer_not_json", { reason }, { run_id: run.id, text: said });
    }
  }
}

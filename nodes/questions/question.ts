/** One question from the message that brings it to its answer: the run, its rounds of tool calls, its end. */
import type { Node, NodeAPI, NodeMessage } from "node-red";
import type { AssistantsApi, Parameters } from "../../src/contract/api.ts";
import type { Message, Run, RunToolCall, Thread } from "../../src/contract/objects.ts";
import { flowError, runError } from "../shared/flow-error.ts";
import { text } from "../shared/texts.ts";
import { answerText, toolOutputs, wantsJson } from "./answer-message.ts";
import { untilRest, untilTaken } from "./run-rest.ts";
import { toolOutput } from "./tool-message.ts";
import { type AnsweredToolCall, ToolRound } from "./tool-round.ts";

/** A run that calls the flow more often than this goes in circles. */
export const MAX_ROUNDS = 10;

/** How long a node that goes waits for a run that is only just being made. */
const BEGINNING_MS = 5000;

/** What is asked: of whom, where, and in which words. */
export interface Asked {
  assistantId: string;
  /** Undefined where the run is to make a thread. */
  threadId: string | undefined;
  /** Null where the thread's last message is the question already. */
  content: string | null;
  additionalInstructions: string;
}

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

export class Question {
  readonly #msg: NodeMessage;
  readonly #host: QuestionHost;
  readonly #api: AssistantsApi;
  readonly #signal: AbortSignal;
  readonly #answered: AnsweredToolCall[] = [];
  /** Its own signal: a run whose making was given up may be there all the same, and nobody could cancel it. */
  readonly #beginning = new AbortController();
  #begun: Promise<Run> | null = null;
  #run: Run | null = null;
  #round: ToolRound | null = null;

  constructor(host: QuestionHost, api: AssistantsApi, msg: NodeMessage, signal: AbortSignal) {
    this.#host = host;
    this.#api = api;
    this.#msg = msg;
    this.#signal = signal;
  }

  get runId(): string | null {
    return this.#run?.id ?? null;
  }

  /** Takes the flow's answer to a call; false when no such call is open here. */
  takeAnswer(callId: string, payload: unknown): boolean {
    return this.#round?.answer(callId, payload) ?? false;
  }

  /** Runs to the end. Rejects with a `FlowError` when the run ends without an answer, and when the API fails. */
  async ask(asked: Asked): Promise<Answer> {
    this.#signal.throwIfAborted();
    this.#begun = this.#begin(asked);
    let run = await this.#begun;
    this.#run = run;
    this.#host.onRun(this, run);
    for (let round = 1; ; round += 1) {
      this.#host.onProgress(false);
      run = await untilRest(this.#api, run, this.#signal);
      if (run.status !== "requires_action") break;
      if (round > MAX_ROUNDS) throw await this.#tooManyRounds(run);
      run = await this.#playRound(run, round);
    }
    if (run.status !== "completed") throw runError(this.#host.RED, run);
    return this.#answer(run);
  }

  /** Cancels the run if it is still under way; for when the node goes. */
  async cancel(): Promise<void> {
    const timer = setTimeout(() => this.#beginning.abort(), BEGINNING_MS);
    try {
      const run = await this.#begun;
      if (run) await this.#api.cancelRun({ thread_id: run.thread_id, run_id: run.id });
    } finally {
      clearTimeout(timer);
    }
  }

  #begin({ assistantId, threadId, content, additionalInstructions }: Asked): Promise<Run> {
    const messages = content === null ? [] : [{ role: "user" as const, content }];
    const options = { signal: this.#beginning.signal };
    if (threadId === undefined && additionalInstructions === "") {
      const parameters = { assistant_id: assistantId, thread: { messages } };
      return this.#api.createThreadAndRun(parameters, options);
    }
    return this.#beginOnThread(assistantId, threadId, messages, additionalInstructions);
  }

  async #beginOnThread(
    assistantId: string,
    threadId: string | undefined,
    messages: { role: "user"; content: string }[],
    additionalInstructions: string,
  ): Promise<Run> {
    const options = { signal: this.#beginning.signal };
    // Only a run on a thread that is there can be given instructions beside the assistant's.
    const thread_id = threadId ?? (await this.#api.createThread({}, options)).id;
    this.#signal.throwIfAborted();
    const parameters: Parameters<"createRun"> = { thread_id, assistant_id: assistantId };
    if (messages.length > 0) parameters.additional_messages = messages;
    if (additionalInstructions !== "") parameters.additional_instructions = additionalInstructions;
    return this.#api.createRun(parameters, options);
  }

  /** Hands the calls to the flow and its answers to the run; the run that comes back may have ended elsewhere. */
  async #playRound(run: Run, number: number): Promise<Run> {
    const calls = run.required_action?.submit_tool_outputs.tool_calls ?? [];
    const round = new ToolRound(calls);
    this.#round = round;
    this.#host.onProgress(true);
    this.#host.sendCalls(this.#msg, run, calls, number);
    const watching = new AbortController();
    const taken = untilTaken(this.#api, run, AbortSignal.any([this.#signal, watching.signal]));
    try {
      const first = await Promise.race([round.answers, taken]);
      if (!Array.isArray(first)) return first;
      return await this.#submit(run, first);
    } finally {
      this.#round = null;
      watching.abort();
      // It ends by being aborted; what it finds after the answers are in is of no more interest.
      taken.catch(() => {});
    }
  }

  #submit(run: Run, answered: AnsweredToolCall[]): Promise<Run> {
    this.#answered.push(...answered);
    const tool_outputs = answered.map(({ call, payload }) => {
      const { output, problem } = toolOutput(call.function.name, payload);
      if (problem) {
        const values = { name: call.function.name };
        this.#host.node.warn(text(this.#host.RED, `warning.output_${problem}`, values));
      }
      return { tool_call_id: call.id, output };
    });
    const parameters = { thread_id: run.thread_id, run_id: run.id, tool_outputs };
    return this.#api.submitToolOutputsToRun(parameters, { signal: this.#signal });
  }

  async #tooManyRounds(run: Run): Promise<Error> {
    await this.#api.cancelRun({ thread_id: run.thread_id, run_id: run.id }, { signal: this.#signal });
    return flowError(this.#host.RED, "too_many_rounds", { rounds: MAX_ROUNDS });
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

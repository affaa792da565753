/** A question's run at the service: begun, followed to where it rests, answered, and cancelled. */
import type { NodeAPI } from "node-red";
import type { AssistantsApi, Parameters } from "../../src/contract/api.ts";
import { ContractError } from "../../src/contract/errors.ts";
import type { StreamEvent } from "../../src/contract/events.ts";
import type { Run } from "../../src/contract/objects.ts";
import { flowError } from "../shared/flow-error.ts";
import { type Asked, beginRun } from "./begin-run.ts";
import { cancelToEnd } from "./cancel.ts";
import type { QuestionNotes } from "./question-notes.ts";
import { untilRest, untilTaken } from "./run-rest.ts";
import { openRunStream, type RunStream } from "./run-stream.ts";

/** How long anybody waits for a run to be made, or cancelled, that nobody wants any more. */
const PARTING_MS = 5000;

export interface QuestionRunSettings {
  RED: NodeAPI;
  api: AssistantsApi;
  /** How long the run may work. */
  seconds: number;
  /** Told of what happens to the run while it works; null where nobody wants to know. */
  tell: ((run: Run, event: StreamEvent) => void) | null;
}

export class QuestionRun {
  readonly #settings: QuestionRunSettings;
  #workMs: number;
  /** As it was last seen. */
  #run: Run | null = null;
  /** What tells of it until it next rests; null where it is asked for now and then. */
  #stream: RunStream | null = null;
  /** What was told of it before it was known. */
  #early: StreamEvent[] = [];
  #mayBeActive = false;

  constructor(settings: QuestionRunSettings) {
    this.#settings = settings;
    this.#workMs = settings.seconds * 1000;
  }

  get id(): string | null {
    return this.#run?.id ?? null;
  }

  /** Whether it is given up and may be active all the same, because the service could not be told. */
  get mayBeActive(): boolean {
    return this.#mayBeActive;
  }

  /** Nobody knows what has become of its run, if there is one. */
  lose(): void {
    this.#mayBeActive = true;
  }

  /** It is the run that was begun before. */
  restore(run: Run): void {
    this.#run = run;
  }

  /** Rejects as `beginRun` does. A run that is only just being made when the signal says so is waited for a while. */
  async begin(asked: Asked, notes: QuestionNotes, signal: AbortSignal): Promise<Run> {
    const { RED, api, tell } = this.#settings;
    const making = new AbortController();
    const options = { signal: making.signal };
    let timer: NodeJS.Timeout | undefined;
    const part = () => {
      timer = setTimeout(() => making.abort(), PARTING_MS);
    };
    signal.addEventListener("abort", part, { once: true });
    const create = async (parameters: Parameters<"createRun">) => {
      if (!tell) return api.createRun(parameters, options);
      return this.#open((reading) => api.streamRun(parameters, { signal: reading }), making);
    };
    try {
      const run = await beginRun(RED, api, create, asked, notes, options, signal);
      this.#run = run;
      for (const event of this.#early.splice(0)) tell?.(run, event);
      return run;
    } catch (error) {
      // Only an answer that refuses it says for certain that there is none.
      this.#mayBeActive = error instanceof ContractError && !(error.status >= 400 && error.status < 500);
      throw error;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", part);
    }
  }

  /**
   * The run when it waits for the flow, or has ended. Only the time in which it works counts into its limit.
   * Rejects with the signal's reason, `run_timeout`, or when the service cannot be asked.
   */
  async untilRest(signal: AbortSignal): Promise<Run> {
    const { RED, api, seconds } = this.#settings;
    const begun = Date.now();
    const milliseconds = this.#workMs;
    const told = await this.#untilTold(signal, milliseconds);
    const late = flowError(RED, "run_timeout", { seconds });
    const left = milliseconds - (Date.now() - begun);
    this.#run = await untilRest(RED, api, told, signal, { milliseconds: left, late });
    this.#workMs -= Date.now() - begun;
    return this.#run;
  }

  /** The run when it no longer waits for the flow, because it was ended from elsewhere. */
  untilTaken(signal: AbortSignal): Promise<Run> {
    return untilTaken(this.#settings.api, this.#known(), signal);
  }

  /** Gives it the flow's answers; it may have been ended from elsewhere meanwhile. */
  async submit(
    tool_outputs: Parameters<"submitToolOutputsToRun">["tool_outputs"],
    signal: AbortSignal,
  ): Promise<void> {
    const { api, tell } = this.#settings;
    const run = this.#known();
    const where = { thread_id: run.thread_id, run_id: run.id };
    const parameters = { ...where, tool_outputs };
    try {
      if (!tell) this.#run = await api.submitToolOutputsToRun(parameters, { signal });
      else {
        const reading = new AbortController();
        const stop = () => reading.abort();
        signal.addEventListener("abort", stop, { once: true });
        await this.#open((own) => api.streamToolOutputs(parameters, { signal: own }), reading).finally(() =>
          signal.removeEventListener("abort", stop),
        );
      }
    } catch (error) {
      const ended = error instanceof ContractError && error.code === "run_not_accepting_outputs";
      if (!ended) throw error;
      // How it was ended is what the flow wants to know.
      this.#run = await api.getRun(where, { signal });
    }
  }

  /**
   * Cancels it if it is still under way, to its end. Never rejects.
   * @returns why it could not be cancelled; null where it has ended
   */
  async cancel(): Promise<unknown> {
    const { RED, api } = this.#settings;
    if (!this.#run) return null;
    try {
      await cancelToEnd(RED, api, this.#run, AbortSignal.timeout(PARTING_MS));
      return null;
    } catch (error) {
      this.#mayBeActive = true;
      return error;
    }
  }

  /** The run as the stream tells of it to the end, or as it was last seen. */
  async #untilTold(signal: AbortSignal, milliseconds: number): Promise<Run> {
    const stream = this.#stream;
    this.#stream = null;
    if (!stream) return this.#known();
    const stop = () => stream.stop();
    const timer = setTimeout(stop, milliseconds);
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
    const told = await stream.rest;
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
    if (told) return told;
    const { thread_id, id: run_id } = this.#known();
    return this.#settings.api.getRun({ thread_id, run_id }, { signal });
  }

  /** The run as a stream tells of it first; where it does not, as it was last seen. */
  async #open(
    open: (signal: AbortSignal) => AsyncIterable<StreamEvent>,
    reading: AbortController,
  ): Promise<Run> {
    const { tell } = this.#settings;
    this.#stream = await openRunStream(open, reading, (event) => {
      if (this.#run) tell?.(this.#run, event);
      else this.#early.push(event);
    });
    return this.#stream.run ?? this.#known();
  }

  #known(): Run {
    if (this.#run) return this.#run;
    throw new TypeError("The service tells of a run that it has not shown.");
  }
}

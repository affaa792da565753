/** Takes queued runs, a bounded number at once, and leads each to its next rest: an answer, a question to the flow, an end. */
import type { Run } from "../../contract/objects.ts";
import { ModelError } from "../../models/model.ts";
import { StoreConflict } from "../store/store.ts";
import { untilStored } from "../until-stored.ts";
import { canHappen } from "./machine.ts";
import { emptyAnswer, type ModelAnswer } from "./model-answer.ts";
import { planOutcome } from "./outcome.ts";
import { interrupted } from "./recovery.ts";
import { hearModel, nextQuestion, type RoundSettings } from "./round.ts";
import { changeRun, type RunPlan, type RunState } from "./run-change.ts";
import { RunExpiry } from "./run-expiry.ts";
import { cancelled, expired, failure, leftInOrder } from "./unanswered.ts";

/** Why a model call is given up. */
class Stopped extends Error {
  override readonly name = "Stopped";
}

interface Execution {
  controller: AbortController;
  done: Promise<void>;
}

export class Executor {
  readonly #settings: RoundSettings;
  readonly #expiry: RunExpiry;
  readonly #waiting = new Set<string>();
  readonly #running = new Map<string, Execution>();
  /** What else is under way, so that closing can wait for it. */
  readonly #settling = new Set<Promise<void>>();
  readonly #closing = new AbortController();

  constructor(settings: RoundSettings) {
    this.#settings = settings;
    this.#expiry = new RunExpiry(settings.now, (runId) => this.#track(this.#expire(runId)));
  }

  /** Has the run led on as soon as there is room. */
  enqueue({ id, expires_at }: Pick<Run, "id" | "expires_at">): void {
    this.#expiry.disarm(id);
    if (this.#settings.limits.workSeconds !== null && expires_at !== null) this.#expiry.arm(id, expires_at);
    this.#waiting.add(id);
    this.#pump();
  }

  /** Stops a run that is `cancelling`: its model call at once, then the run. */
  cancel(runId: string): void {
    const execution = this.#running.get(runId);
    execution?.controller.abort(new Stopped("The run was cancelled."));
    this.#track(this.#finishCancelling(runId, execution));
  }

  /** Forgets a run that was deleted. */
  forget(runId: string): void {
    this.#expiry.disarm(runId);
    this.#waiting.delete(runId);
    this.#running.get(runId)?.controller.abort(new Stopped("The run was deleted."));
  }

  /** Takes up a run that the last stop left behind, as soon as the disk lets it. */
  takeUp(runId: string): void {
    this.#track(this.#takeUp(runId));
  }

  /** Ends the run at `expires_at` if it still waits for tool outputs then. */
  awaitOutputs(runId: string, expiresAt: number): void {
    this.#expiry.arm(runId, expiresAt);
  }

  /**
   * Has a run wait for its tool outputs at least so long; one that waits for none stays as it is.
   * @param until Unix seconds
   */
  async waitUntil(runId: string, until: number): Promise<void> {
    const run = await this.#change(runId, ({ run: { object } }) => {
      const sooner = object.status === "requires_action" && (object.expires_at ?? until) < until;
      return sooner ? { event: { name: "postpone_expiry", expires_at: until } } : null;
    });
    if (run?.status === "requires_action" && run.expires_at !== null)
      this.awaitOutputs(runId, run.expires_at);
  }

  /** Lets go of every run where it stands; the next start takes it up. */
  async close(): Promise<void> {
    this.#closing.abort(new Stopped("The service is shutting down."));
    this.#expiry.close();
    this.#waiting.clear();
    for (const execution of this.#running.values()) execution.controller.abort(this.#closing.signal.reason);
    await Promise.all([...[...this.#running.values()].map((execution) => execution.done), ...this.#settling]);
  }

  #pump(): void {
    for (const runId of this.#waiting) {
      if (this.#closing.signal.aborted || this.#running.size >= this.#settings.limits.concurrentRuns) return;
      // One that is just coming to rest is taken up when it has.
      if (this.#running.has(runId)) continue;
      this.#waiting.delete(runId);
      const controller = new AbortController();
      const done = this.#lead(runId, controller.signal).finally(() => {
        this.#running.delete(runId);
        this.#pump();
      });
      this.#running.set(runId, { controller, done });
    }
  }

  #track(work: Promise<void>): void {
    const tracked = work
      .catch((error: unknown) => this.#report(error))
      .finally(() => this.#settling.delete(tracked));
    this.#settling.add(tracked);
  }

  #change(runId: string, decide: (state: RunState) => RunPlan | null): Promise<Run | null> {
    const { store, now, onError } = this.#settings;
    return untilStored(() => changeRun(store, runId, now, decide), this.#closing.signal, onError);
  }

  /** A run that is gone and a service that closes are no failures: there is nobody left to tell. */
  #report(error: unknown): void {
    const gone = error instanceof StoreConflict && error.conflict.reason === "missing";
    if (!gone && !this.#closing.signal.aborted) this.#settings.onError(error);
  }

  /** Never rejects: what goes wrong is the run's failure. */
  async #lead(runId: string, signal: AbortSignal): Promise<void> {
    let answer = emptyAnswer();
    try {
      const run = await this.#change(runId, ({ run }) =>
        canHappen(run.object, "start") ? { event: { name: "start" } } : null,
      );
      let working = run?.status === "in_progress";
      while (working && !signal.aborted) {
        answer = emptyAnswer();
        working = await this.#round(runId, answer, signal);
      }
    } catch (error) {
      if (!(error instanceof ModelError)) this.#report(error);
      const shown =
        error instanceof ModelError ? error : new Error("The service failed in a way it did not expect.");
      await this.#conclude(runId, answer, (state) => failure(state, answer, shown)).catch((second: unknown) =>
        this.#report(second),
      );
    }
  }

  /**
   * One model call and what it means. True when the model is to be asked again at once.
   * @param answer empty; filled as the model speaks
   */
  async #round(runId: string, answer: ModelAnswer, signal: AbortSignal): Promise<boolean> {
    const { limits, now } = this.#settings;
    const stopping = AbortSignal.any([this.#closing.signal, signal]);
    const question = await nextQuestion(this.#settings, runId, stopping);
    if (!question) return false;
    const { request } = question;
    const { run } = question.state;
    if (!request || request.max_completion_tokens === 0) {
      const event = {
        name: "run_out_of_tokens",
        reason: request ? "max_completion_tokens" : "max_prompt_tokens",
        usage: run.internal.usage,
      } as const;
      return this.#conclude(runId, answer, () => ({ event }));
    }
    const heard = await hearModel(this.#settings, { run, request, signal, stopping }, answer);
    if (signal.aborted) return this.#stopped(runId, answer);
    return this.#conclude(runId, answer, (current) =>
      "error" in heard
        ? failure(current, answer, heard.error)
        : planOutcome(current, answer, heard.choice, limits.actionSeconds, now(), heard.searches),
    );
  }

  /** A run that was stopped is ended with what was said by then; a closing service leaves it for its next start. */
  async #stopped(runId: string, answer: ModelAnswer): Promise<false> {
    if (this.#closing.signal.aborted) await this.#change(runId, leftInOrder);
    else await this.#conclude(runId, answer, (state) => (this.#isDue(state) ? expired(state, answer) : null));
    return false;
  }

  /** Writes down what a round has come to, unless the run was stopped in the meantime: a late answer is dropped. */
  async #conclude(
    runId: string,
    answer: ModelAnswer,
    plan: (state: RunState) => RunPlan | null,
  ): Promise<boolean> {
    const run = await this.#change(runId, (state) => {
      const { status } = state.run.object;
      if (status === "cancelling") return cancelled(state, answer);
      return status === "in_progress" ? plan(state) : null;
    });
    if (run?.status === "in_progress") return true;
    this.#expiry.disarm(runId);
    if (run?.status === "requires_action" && run.expires_at !== null)
      this.awaitOutputs(runId, run.expires_at);
    return false;
  }

  /** Ends a run that nobody leads any more; one that is led ends itself, with what was said by then. */
  async #finishCancelling(runId: string, execution?: Execution): Promise<void> {
    await execution?.done;
    this.#expiry.disarm(runId);
    await this.#change(runId, (state) =>
      state.run.object.status === "cancelling" ? cancelled(state, emptyAnswer()) : null,
    );
  }

  async #takeUp(runId: string): Promise<void> {
    const run = await this.#change(runId, (state) => interrupted(state, this.#settings.now()));
    if (run?.status === "queued" || run?.status === "in_progress") this.enqueue(run);
    else if (run?.status === "cancelling") this.cancel(runId);
    else if (run?.status === "requires_action" && run.expires_at !== null) {
      this.awaitOutputs(runId, run.expires_at);
    }
  }

  /** A run that is led ends itself, with what was said by then. */
  async #expire(runId: string): Promise<void> {
    if (this.#settings.limits.workSeconds !== null) {
      this.#waiting.delete(runId);
      const execution = this.#running.get(runId);
      execution?.controller.abort(new Stopped("The run has expired."));
      await execution?.done;
    }
    await this.#change(runId, (state) => (this.#isDue(state) ? expired(state, emptyAnswer()) : null));
  }

  #isDue({ run }: RunState): boolean {
    const { status, expires_at } = run.object;
    const { limits, now } = this.#settings;
    const limited =
      status === "requires_action" || (limits.workSeconds !== null && canHappen(run.object, "expire"));
    return limited && expires_at !== null && expires_at <= now();
  }
}

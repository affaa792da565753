/** The embedded service: the whole contract in this process, on one data directory. */
import type { Answer, AssistantsApi, CallOptions, Method, Parameters } from "../contract/api.ts";
import { contractError } from "../contract/errors.ts";
import { implementApi } from "../contract/implement.ts";
import type { OperationName } from "../contract/operations.ts";
import type { Model } from "../models/model.ts";
import { checkParameters } from "./check.ts";
import { assistants } from "./operations/assistants.ts";
import type { Handlers, OperationContext } from "./operations/context.ts";
import { messages } from "./operations/messages.ts";
import { runSteps } from "./operations/run-steps.ts";
import { runs } from "./operations/runs.ts";
import { asContractError } from "./operations/stored.ts";
import { threads } from "./operations/threads.ts";
import { DEFAULT_RUN_LIMITS, Executor, type RunLimits } from "./runs/executor.ts";
import { activeRuns } from "./runs/recovery.ts";
import { openSqliteStore } from "./store/sqlite-store.ts";

const handlers: Handlers = { ...assistants, ...threads, ...messages, ...runs, ...runSteps };

export interface ServiceSettings {
  /** Where everything is kept; made if it is not there. It belongs to one process at a time. */
  directory: string;
  model: Model;
  limits?: Partial<RunLimits>;
  /** Told of what goes wrong where nobody asked. Default: the console's error output. */
  onError?(error: unknown): void;
}

export interface Service {
  api: AssistantsApi;
  /**
   * Has a run wait for its tool outputs until then, where it would expire sooner; what the contract itself has no
   * words for. A run that waits for none stays as it is.
   * @param until Unix seconds
   */
  waitUntil(runId: string, until: number): Promise<void>;
  /** Stops the models and lets go of the directory. Runs under way go on at the next start. */
  close(): Promise<void>;
}

const now = () => Math.floor(Date.now() / 1000);

/**
 * Opens a data directory and takes up the runs that were left there.
 * Rejects with `data_directory_in_use` or `data_directory_unusable`.
 */
export async function openService(settings: ServiceSettings): Promise<Service> {
  const store = await openSqliteStore(settings.directory);
  const limits = { ...DEFAULT_RUN_LIMITS, ...settings.limits };
  const onError = settings.onError ?? console.error;
  const executor = new Executor({ store, model: settings.model, limits, now, onError });
  const close = async () => {
    await executor.close();
    await store.close();
  };
  try {
    for (const runId of await activeRuns(store)) executor.takeUp(runId);
  } catch (error) {
    await close();
    throw error;
  }
  const context: OperationContext = { store, executor, now, actionSeconds: limits.actionSeconds };
  return {
    api: implementApi((name) => operation(context, name)),
    waitUntil: (runId, until) => executor.waitUntil(runId, until),
    close,
  };
}

function operation<Name extends OperationName>(context: OperationContext, name: Name): Method<Name> {
  return async (parameters: Parameters<Name>, options?: CallOptions): Promise<Answer<Name>> => {
    if (options?.signal?.aborted) throw contractError("call_aborted");
    try {
      return await handlers[name](context, checkParameters(name, parameters));
    } catch (error) {
      throw asContractError(error);
    }
  };
}

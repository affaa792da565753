import type { Answer, Parameters } from "../../contract/api.ts";
import type { ModelObject, Run } from "../../contract/objects.ts";
import type { AnswerName, operations } from "../../contract/operations.ts";
import type { Include } from "../../contract/requests.ts";
import type { SearchIndex } from "../../retrieval/index/search-index.ts";
import type { FileDisk, ReceivedFile } from "../files/file-disk.ts";
import type { Executor } from "../runs/executor.ts";
import type { RunLimits } from "../runs/run-limits.ts";
import type { Store } from "../store/store.ts";
import type { Turns } from "../uploads/turns.ts";
import type { IndexInStep } from "../vector-stores/index-in-step.ts";
import type { Indexer } from "../vector-stores/indexer.ts";

/** What every operation's handler works with. */
export interface ServiceContext {
  store: Store;
  disk: FileDisk;
  /** By the ids of uploads. */
  uploadTurns: Turns;
  executor: Executor;
  /** Where the chunks of vector stores are searched, who brings files there, and who looks for what lacks. */
  index: SearchIndex;
  indexer: Indexer;
  inStep: IndexInStep;
  /** Those that are listed. */
  models: readonly ModelObject[];
  /** Unix seconds. */
  now(): number;
  limits: RunLimits;
}

/** The same for one call. */
export interface OperationContext extends ServiceContext {
  /** Aborts when the caller gives the call up. */
  signal: AbortSignal | undefined;
  /**
   * Told of the run that an operation is about to begin or to resume, before anything of it is written.
   * @param include what its steps are to hold beside what they always do
   */
  follow(run: Pick<Run, "id" | "thread_id">, include?: Include): void;
}

/** The parameters of a call when they have been checked; a form's file has been received. */
export type CheckedParameters<Name extends AnswerName> = (typeof operations)[Name] extends {
  form: infer Field extends string;
}
  ? Omit<Parameters<Name>, Field> & { [Key in Field]: ReceivedFile }
  : Parameters<Name>;

/** What does an operation. */
export type Handler<Name extends AnswerName> = (
  context: OperationContext,
  parameters: CheckedParameters<Name>,
) => Promise<Answer<Name>>;

/** The handlers of some operations. */
export type Handlers<Name extends AnswerName = AnswerName> = { [Key in Name]: Handler<Key> };

import type { Answer, Parameters } from "../../contract/api.ts";
import type { ModelObject, Run } from "../../contract/objects.ts";
import type { AnswerName } from "../../contract/operations.ts";
import type { Executor } from "../runs/executor.ts";
import type { Store } from "../store/store.ts";

/** What an operation's handler works with. */
export interface OperationContext {
  store: Store;
  executor: Executor;
  /** Those that are listed. */
  models: readonly ModelObject[];
  /** Unix seconds. */
  now(): number;
  /** How long tool outputs may take, in seconds. */
  actionSeconds: number;
  /** Told of the run that an operation is about to begin or to resume, before anything of it is written. */
  follow(run: Pick<Run, "id" | "thread_id">): void;
}

/** What does an operation. Its parameters have been checked. */
export type Handler<Name extends AnswerName> = (
  context: OperationContext,
  parameters: Parameters<Name>,
) => Promise<Answer<Name>>;

/** The handlers of some operations. */
export type Handlers<Name extends AnswerName = AnswerName> = { [Key in Name]: Handler<Key> };

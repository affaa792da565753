import type { Answer, Parameters } from "../../contract/api.ts";
import type { OperationName } from "../../contract/operations.ts";
import type { Executor } from "../runs/executor.ts";
import type { Store } from "../store/store.ts";

/** What an operation's handler works with. */
export interface OperationContext {
  store: Store;
  executor: Executor;
  /** Unix seconds. */
  now(): number;
  /** How long tool outputs may take, in seconds. */
  actionSeconds: number;
}

/** What does an operation. Its parameters have been checked. */
export type Handler<Name extends OperationName> = (
  context: OperationContext,
  parameters: Parameters<Name>,
) => Promise<Answer<Name>>;

/** The handlers of some operations. */
export type Handlers<Name extends OperationName = OperationName> = { [Key in Name]: Handler<Key> };

/** Where a question stands among the questions whose tools have asked it. */
import type { NodeAPI } from "node-red";
import { flowError } from "../shared/flow-error.ts";

/** The model calls that a question may make, with all that it has caused. */
export class ModelCallBudget {
  readonly #limit: number;
  #made: number;

  /** @param made those of an earlier life of the question */
  constructor(limit: number, made = 0) {
    this.#limit = limit;
    this.#made = made;
  }

  /** Counts one more. Throws `too_many_model_calls` where there is none left. */
  spend(RED: NodeAPI): void {
    if (this.#made >= this.#limit) throw flowError(RED, "too_many_model_calls", { limit: this.#limit });
    this.#made += 1;
  }
}

export interface Lineage {
  /** 1 for a question that nobody's tool has asked. */
  depth: number;
  /** One for the whole family. */
  budget: ModelCallBudget;
  /** The threads that the questions above hold, each waiting for this one. */
  threads: readonly string[];
}

/** Of a question that comes from the flow itself. */
export function firstLineage(modelCalls: number, made = 0): Lineage {
  return { depth: 1, budget: new ModelCallBudget(modelCalls, made), threads: [] };
}

/** Of a question that a tool of the other asks. */
export function childLineage(parent: Lineage, parentThread: string): Lineage {
  return { depth: parent.depth + 1, budget: parent.budget, threads: [...parent.threads, parentThread] };
}

import type { NodeAPI, NodeMessage } from "node-red";
import { flowError } from "../shared/flow-error.ts";
import { clientGone } from "./http-client.ts";
import { firstLineage, type Lineage } from "./lineage.ts";
import { openCallOf } from "./open-calls.ts";
import type { QuestionLimits } from "./question-limits.ts";
import { callOf } from "./sent-calls.ts";

/** Where a question comes from, and until when somebody waits for its answer. */
export interface Origin {
  lineage: Lineage;
  /** Aborted when the call that it answers is settled; null for a question that answers none. */
  settled: AbortSignal | null;
  /** Aborted when its HTTP client goes away; null where that is not to matter. */
  gone: AbortSignal | null;
  /** Aborted for any of these reasons, and when the question's node closes. */
  signal: AbortSignal;
}

/**
 * Where a question comes from: the flow itself, or the tool call of another node, which must still wait for it.
 * @param threadId null where it makes a thread of its own
 * @param watchesClient whether the question ends with its HTTP client
 * @param closed aborted when the question's node closes
 * @throws FlowError `call_settled`, `nested_too_deep`, `thread_held`
 */
export function originOf(
  RED: NodeAPI,
  msg: NodeMessage,
  threadId: string | null,
  limits: QuestionLimits,
  watchesClient: boolean,
  closed: AbortSignal,
): Origin {
  const gone = watchesClient ? clientGone(msg) : null;
  if (!callOf(msg)) {
    const signal = gone ? AbortSignal.any([closed, gone]) : closed;
    return { lineage: firstLineage(limits.modelCalls), settled: null, gone, signal };
  }
  const outer = openCallOf(msg);
  if (!outer || outer.settled.aborted) throw flowError(RED, "call_settled");
  const { lineage, settled } = outer;
  if (lineage.depth > limits.depth) throw flowError(RED, "nested_too_deep", { limit: limits.depth });
  if (threadId !== null && lineage.threads.includes(threadId)) {
    throw flowError(RED, "thread_held", { thread: threadId });
  }
  const signal = AbortSignal.any(gone ? [closed, settled, gone] : [closed, settled]);
  return { lineage, settled, gone, signal };
}

/** A question that was given up says why; every other failure speaks for itself. */
export function whyEnded(
  RED: NodeAPI,
  error: unknown,
  { settled, gone }: Origin,
  stopped?: AbortSignal,
): unknown {
  if (stopped?.aborted) return flowError(RED, "run_cancelled");
  if (settled?.aborted) return flowError(RED, "call_settled");
  return gone?.aborted ? flowError(RED, "client_gone") : error;
}

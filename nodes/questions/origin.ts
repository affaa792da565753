import type { NodeAPI, NodeMessage } from "node-red";
import { flowError } from "../shared/flow-error.ts";
import type { Asked } from "./begin-run.ts";
import { firstLineage, type Lineage } from "./lineage.ts";
import { openCallOf } from "./open-calls.ts";
import type { QuestionLimits } from "./question-limits.ts";
import { callOf } from "./sent-calls.ts";

/** Where a question comes from, and until when somebody waits for its answer. */
export interface Origin {
  lineage: Lineage;
  signal: AbortSignal;
}

/**
 * Where a question comes from: the flow itself, or the tool call of another node, which must still wait for it.
 * @param closed aborted when the question's node closes
 * @throws FlowError `call_settled`, `nested_too_deep`, `thread_held`
 */
export function originOf(
  RED: NodeAPI,
  msg: NodeMessage,
  { threadId = "" }: Asked,
  limits: QuestionLimits,
  closed: AbortSignal,
): Origin {
  if (!callOf(msg)) return { lineage: firstLineage(limits.modelCalls), signal: closed };
  const outer = openCallOf(msg);
  if (!outer || outer.settled.aborted) throw flowError(RED, "call_settled");
  const { lineage, settled } = outer;
  if (lineage.depth > limits.depth) throw flowError(RED, "nested_too_deep", { limit: limits.depth });
  if (lineage.threads.includes(threadId)) throw flowError(RED, "thread_held", { thread: threadId });
  return { lineage, signal: AbortSignal.any([closed, settled]) };
}

/**
 * The tool calls that are out in the flows of this process. A tool call node says here that it has taken one, or
 * that one has passed it; a nested question finds here whose tool it is.
 */
import type { NodeMessage } from "node-red";
import type { Lineage } from "./lineage.ts";
import { callOf } from "./sent-calls.ts";

export interface OpenCall {
  /** That of a question which answers this call. */
  readonly lineage: Lineage;
  /** Aborted when the call has its answer, or its run has ended: nobody waits for more. */
  readonly settled: AbortSignal;
  /**
   * A tool call node has the call.
   * @param seconds how long its answer may take; null for what the run node says
   */
  taken(seconds: number | null): void;
  /** A tool call node has sent it on to nodes that may know it. */
  left(): void;
  /** It has come to a tool call node of another function, and goes no further. */
  missed(): void;
  /** Answers the call with an error for the model; the first answer counts. */
  refuse(reason: string): void;
}

const calls = new Map<string, OpenCall>();

const keyOf = (runId: string, callId: string) => `${runId} ${callId}`;

export function registerOpenCall(runId: string, callId: string, call: OpenCall): void {
  calls.set(keyOf(runId, callId), call);
}

export function forgetOpenCall(runId: string, callId: string): void {
  calls.delete(keyOf(runId, callId));
}

/** The call that a message is about, while it is open. */
export function openCallOf(msg: NodeMessage): OpenCall | undefined {
  const call = callOf(msg);
  return call ? calls.get(keyOf(call.run_id, call.id)) : undefined;
}

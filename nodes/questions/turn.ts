import type { NodeAPI } from "node-red";
import { flowError } from "../shared/flow-error.ts";
import { type ThreadTurns, type Turn, TurnRefused } from "../shared/thread-turns.ts";
import type { BusyPolicy } from "./begin-run.ts";

/**
 * Somebody's turn on a thread, by the policy for a thread that another has.
 * Rejects with `thread_busy`, `thread_queue_full` or `cancelled`, or with the signal's reason.
 */
export async function takeTurn(
  RED: NodeAPI,
  turns: ThreadTurns,
  thread: string,
  busy: BusyPolicy,
  signal: AbortSignal,
): Promise<Turn> {
  const taken = turns.isTaken(thread);
  if (busy === "refuse" && taken) throw flowError(RED, "thread_busy", { thread });
  try {
    const turn = turns.take(thread, signal, busy === "cancel");
    // In its place before the others by now, so that nobody else gets the turn that is given back.
    if (busy === "cancel" && taken) turns.stop(thread);
    return await turn;
  } catch (error) {
    if (error instanceof TurnRefused) throw flowError(RED, error.code, { thread });
    throw error;
  }
}

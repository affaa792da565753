import type { NodeAPI } from "node-red";
import type { AssistantsApi } from "../../src/contract/api.ts";
import { flowError } from "../shared/flow-error.ts";
import { type ThreadTurns, type Turn, TurnRefused } from "../shared/thread-turns.ts";
import type { Asked } from "./begin-run.ts";
import { cancelActiveRun } from "./cancel.ts";

/**
 * The question's turn on its thread, by the node's policy; null where it makes a thread of its own.
 * Rejects with `thread_busy`, `thread_queue_full` or `cancelled`.
 */
export async function takeTurn(
  RED: NodeAPI,
  api: AssistantsApi,
  turns: ThreadTurns,
  { threadId, busy }: Asked,
  signal: AbortSignal,
): Promise<Turn | null> {
  if (threadId === undefined) return null;
  const thread = threadId;
  if (busy === "refuse" && turns.isTaken(thread)) throw flowError(RED, "thread_busy", { thread });
  const passes = busy === "cancel" && turns.isTaken(thread);
  try {
    const turn = turns.take(thread, signal, passes);
    // Awaited below; until then nobody else hears of it.
    turn.catch(() => {});
    if (passes) await cancelActiveRun(RED, api, thread, signal);
    return await turn;
  } catch (error) {
    if (error instanceof TurnRefused) throw flowError(RED, error.code, { thread });
    throw error;
  }
}

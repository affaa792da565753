/** What a start does with the questions that were left: it cancels their runs, or takes them up again. */
import type { NodeAPI } from "node-red";
import type { Journal } from "../journal/journal.ts";
import type { LeftQuestion } from "../journal/noted-question.ts";
import { toFlowError } from "../shared/api-error.ts";
import { Connection } from "../shared/connection.ts";
import { text } from "../shared/texts.ts";
import { answerUnavailable } from "./http-client.ts";
import { takeMessage } from "./kept-message.ts";
import { cancelLeftRun, threadOf } from "./left-run.ts";
import type { RunContext } from "./run-context.ts";

/** How long anybody waits for a run that a start cancels. */
const PARTING_MS = 10_000;

/** The run nodes that are there to see to their own questions, by their ids. */
const nodes = new Set<string>();

/** The node sees to its own questions until it closes. */
export function registerRunNode(id: string, closed: AbortSignal): void {
  nodes.add(id);
  closed.addEventListener("abort", () => nodes.delete(id), { once: true });
}

/** The questions that some node is just cancelling. */
const cancelling = new Set<string>();

/** What waits for the flows to be there. One listener for all, since Node-RED counts them. */
const waiting = new Set<() => void>();

/** Fulfilled when every node of the flows is there, so that what is sent arrives; or when the node closes before. */
function flowsStarted(RED: NodeAPI, closed: AbortSignal): Promise<void> {
  if (waiting.size === 0) {
    RED.events.once("flows:started", () => {
      for (const resolve of waiting) resolve();
      waiting.clear();
    });
  }
  return new Promise((resolve) => {
    waiting.add(resolve);
    closed.addEventListener("abort", () => resolve(), { once: true });
  });
}

/**
 * Deals with all that a run node has left, and with what nodes have left that are there no more.
 * @param takeUp has the node take the question up; told of them in the order of their coming
 * @param track told of what goes on after that: nobody waits for runs to be cancelled
 */
export async function takeUpLeft(
  context: RunContext,
  takeUp: (left: LeftQuestion, journal: Journal) => Promise<void>,
  track: (cancelling: Promise<void>) => void,
): Promise<void> {
  const { definition, book, apiNode } = context;
  const { RED, node, closed } = apiNode;
  await flowsStarted(RED, closed);
  if (closed.aborted) return;
  const journal = await book.journal.get();
  const cancelOne = (left: LeftQuestion) => {
    if (cancelling.has(left.id)) return;
    cancelling.add(left.id);
    answerUnavailable(takeMessage(left), text(RED, "error.node_closed"));
    track(cancel(RED, journal, left).finally(() => cancelling.delete(left.id)));
  };
  for (const left of await journal.leftBy(node.id)) {
    if (closed.aborted) return;
    // At another service there is no such thread.
    const resumes = definition.restart === "resume" && !left.cancels && left.config === definition.config;
    if (resumes) await takeUp(left, journal);
    else cancelOne(left);
  }
  const gone = (await journal.nodes()).filter((id) => !nodes.has(id));
  for (const left of (await Promise.all(gone.map((id) => journal.leftBy(id)))).flat()) cancelOne(left);
}

/**
 * A node that closes waits for it: its config node may be gone with the next deploy. A service that cannot be told
 * is told at the next start. Never rejects.
 */
async function cancel(RED: NodeAPI, journal: Journal, left: LeftQuestion): Promise<void> {
  const connection = new Connection(RED, left.config);
  const warn = (error: unknown) =>
    RED.log.warn(text(RED, "warning.run_not_cancelled", { reason: toFlowError(error).message }));
  try {
    if (threadOf(left) !== null) {
      await cancelLeftRun(RED, await connection.api(), left, AbortSignal.timeout(PARTING_MS));
    }
    await journal.end(left.id);
  } catch (error) {
    warn(error);
    // Without its config node nobody will ever be able to tell the service.
    const lost = toFlowError(error).code === "config_missing";
    await (lost ? journal.end(left.id) : journal.giveUp(left.id)).catch(warn);
  }
  await connection.release().catch(warn);
}

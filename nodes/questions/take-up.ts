/** What a start does with the questions that were left: it cancels their runs, or takes them up again. */
import type { NodeAPI, NodeMessage } from "node-red";
import type { Journal } from "../journal/journal.ts";
import type { LeftQuestion } from "../journal/noted-question.ts";
import { toFlowError } from "../shared/api-error.ts";
import { Connection } from "../shared/connection.ts";
import { text } from "../shared/texts.ts";
import { answerUnavailable } from "./http-client.ts";
import { takeMessage } from "./kept-message.ts";
import { cancelLeftRun } from "./left-run.ts";
import type { RunContext } from "./run-context.ts";

/** How long anybody waits for a run that a start cancels. */
const PARTING_MS = 10_000;

/** Fulfilled when every node of the flows is there, so that what is sent arrives. */
function flowsStarted(RED: NodeAPI, closed: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const finish = () => {
      RED.events.removeListener("flows:started", finish);
      resolve();
    };
    RED.events.once("flows:started", finish);
    closed.addEventListener("abort", finish, { once: true });
  });
}

/**
 * Deals with all that a run node has left, and with what nodes have left that are there no more.
 * @param takeUp has the node take the question up with this message; told of them in the order of their coming
 * @param track told of what goes on after that: nobody waits for runs to be cancelled
 */
export async function takeUpLeft(
  context: RunContext,
  takeUp: (msg: NodeMessage, left: LeftQuestion) => Promise<void>,
  track: (cancelling: Promise<void>) => void,
): Promise<void> {
  const { RED, node, closed, connection } = context.apiNode;
  await flowsStarted(RED, closed);
  if (closed.aborted) return;
  const journal = await context.book.journal.get();
  for (const left of await journal.leftBy(node.id)) {
    const msg = takeMessage(left);
    if (context.definition.restart === "resume" && !left.cancels) {
      await takeUp(msg, left);
    } else {
      answerUnavailable(msg, text(RED, "error.node_closed"));
      track(cancel(RED, journal, connection, left, closed));
    }
  }
  const gone = (await journal.nodes()).filter((id) => !RED.nodes.getNode(id));
  for (const left of (await Promise.all(gone.map((id) => journal.leftBy(id)))).flat()) {
    answerUnavailable(takeMessage(left), text(RED, "error.node_closed"));
    const own = new Connection(RED, left.config);
    track(cancel(RED, journal, own, left, closed, () => own.release()));
  }
}

/** A service that cannot be told is told at the next start. Never rejects. */
async function cancel(
  RED: NodeAPI,
  journal: Journal,
  connection: Connection,
  left: LeftQuestion,
  closed: AbortSignal,
  release: () => Promise<void> = async () => {},
): Promise<void> {
  const warn = (error: unknown) =>
    RED.log.warn(text(RED, "warning.run_not_cancelled", { reason: toFlowError(error).message }));
  const signal = AbortSignal.any([closed, AbortSignal.timeout(PARTING_MS)]);
  try {
    await cancelLeftRun(RED, await connection.api(), left, signal);
    await journal.end(left.id);
  } catch (error) {
    warn(error);
    // Without its config node nobody will ever be able to tell the service.
    const lost = toFlowError(error).code === "config_missing";
    await (lost ? journal.end(left.id) : journal.giveUp(left.id)).catch(warn);
  }
  await release().catch(warn);
}

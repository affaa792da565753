/** How a question gets its place: read, written down, and in turn on its thread. */
import type { NodeMessage } from "node-red";
import type { LeftQuestion } from "../journal/noted-question.ts";
import { idOf } from "../shared/fields.ts";
import type { Turn } from "../shared/thread-turns.ts";
import type { Answer } from "./answer-message.ts";
import type { Asked } from "./begin-run.ts";
import { clientGone } from "./http-client.ts";
import { writeMessage } from "./kept-message.ts";
import { awaitLeftRun, threadOf } from "./left-run.ts";
import { firstLineage, type Lineage } from "./lineage.ts";
import { type Origin, originOf } from "./origin.ts";
import { Question, type QuestionService } from "./question.ts";
import { QuestionNotes } from "./question-notes.ts";
import { resumePoint } from "./resume-point.ts";
import { isLetGo, type RunContext, survives } from "./run-context.ts";
import { readQuestion } from "./run-fields.ts";
import { takeTurn } from "./turn.ts";

export interface Joined {
  question: Question;
  origin: Origin;
  notes: QuestionNotes;
  /** Null where nobody can come between: it makes a thread of its own, or its run holds the thread already. */
  turn: Promise<Turn> | null;
  /** Leads the question to its answer, when its turn has come. */
  answer(signal: AbortSignal): Promise<Answer>;
}

/** A question that has just come. */
export async function join(context: RunContext, msg: NodeMessage): Promise<Joined> {
  const { apiNode, definition, limits } = context;
  const { RED, node, connection, closed, status } = apiNode;
  const service = await connection.service();
  const { turns } = service;
  const asked = await readQuestion(RED, node, definition, msg);
  const { threadId, busy } = asked;
  const watches = definition.cancelOnDisconnect === true;
  const origin = originOf(RED, msg, threadId, limits, watches, closed);
  const { notes, written } = begun(context, msg, asked);
  const question = newQuestion(context, service, msg, origin.lineage, notes);
  const answer = async (signal: AbortSignal) => {
    await written;
    return question.ask(asked, signal);
  };
  const joined = { question, origin, notes, answer };
  if (threadId === null) return { ...joined, turn: null };
  const lent = turns.claim(threadId, idOf(msg["message"]) ?? "");
  if (lent) return { ...joined, turn: Promise.resolve(lent) };
  if (turns.isTaken(threadId)) status.waiting("queued");
  return { ...joined, turn: heard(takeTurn(RED, turns, threadId, busy, origin.signal)) };
}

/**
 * A question that was left by the last process, or by this node before a deploy. It has its place at once; its run is
 * looked for when its turn has come, for the service may not be there yet.
 */
export async function rejoin(context: RunContext, msg: NodeMessage, left: LeftQuestion): Promise<Joined> {
  const { definition, limits, book } = context;
  const { RED, connection, closed } = context.apiNode;
  const service = await connection.service();
  const { turns } = service;
  const notes = QuestionNotes.continued(book, left);
  const made = left.run === null ? 0 : 1 + new Set(left.answers.map(({ round }) => round)).size;
  const lineage = firstLineage(limits.modelCalls, made);
  const gone = definition.cancelOnDisconnect ? clientGone(msg) : null;
  const signal = gone ? AbortSignal.any([closed, gone]) : closed;
  const origin: Origin = { lineage, settled: null, gone, signal };
  const question = newQuestion(context, service, msg, lineage, notes);
  if (left.run !== null) question.expect(left.run);
  const threadId = threadOf(left);
  // Whoever has the turn by now waits for this run to end; to wait for him would be to wait for ever.
  const isHeld = threadId === null || (left.run !== null && turns.isTaken(threadId));
  const turn = isHeld ? null : heard(takeTurn(RED, turns, threadId, "queue", signal));
  const answer = async (inTurn: AbortSignal) => {
    const run = await awaitLeftRun(service.api, left, inTurn).catch((error: unknown) => {
      question.lose();
      throw error;
    });
    if (run) return question.takeUp(run, resumePoint(run, left), inTurn);
    // One that was asked before questions brought files says nothing of them.
    const asked: Asked = { attachments: [], ...JSON.parse(left.asked), threadId };
    return question.ask(asked, inTurn);
  };
  return { question, origin, notes, turn, answer };
}

/** Written down before anything is done for it; what makes the question wait for that is `written`. */
function begun(context: RunContext, msg: NodeMessage, asked: Asked) {
  const { apiNode, definition, book } = context;
  const stays = survives(context, msg);
  const notes = QuestionNotes.fresh(book, stays);
  const message = stays ? writeMessage(msg) : "{}";
  const config = definition.config ?? "";
  return { notes, written: notes.begin({ node: apiNode.node.id, config, cancels: !stays, message }, asked) };
}

function newQuestion(
  context: RunContext,
  service: QuestionService,
  msg: NodeMessage,
  lineage: Lineage,
  notes: QuestionNotes,
): Question {
  const { host, limits } = context;
  const letGo = () => isLetGo(context, msg, notes);
  return new Question({ host, service, msg, limits, lineage, notes, isLetGo: letGo });
}

/** Awaited by whoever asks the question; until then nobody else hears of a refusal. */
function heard<T>(turn: Promise<T>): Promise<T> {
  turn.catch(() => {});
  return turn;
}

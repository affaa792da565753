/** How a question gets its place: read, written down, and in turn on its thread. */
import type { NodeMessage } from "node-red";
import type { LeftQuestion } from "../journal/noted-question.ts";
import { idOf } from "../shared/fields.ts";
import type { Turn } from "../shared/thread-turns.ts";
import type { Answer } from "./answer-message.ts";
import type { Asked } from "./begin-run.ts";
import { writeMessage } from "./kept-message.ts";
import { findLeftRun, threadOf } from "./left-run.ts";
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
  const { turns, ...service } = await connection.lease();
  const asked = await readQuestion(RED, node, definition, msg);
  const { threadId, busy } = asked;
  const watches = definition.cancelOnDisconnect === true;
  const origin = originOf(RED, msg, threadId, limits, watches, closed);
  const notes = begun(context, msg, asked);
  const question = newQuestion(context, service, msg, origin.lineage, notes.notes);
  const answer = async (signal: AbortSignal) => {
    await notes.written;
    return question.ask(asked, signal);
  };
  const joined = { question, origin, notes: notes.notes, answer };
  if (threadId === null) return { ...joined, turn: null };
  const lent = turns.claim(threadId, idOf(msg["message"]) ?? "");
  if (lent) return { ...joined, turn: Promise.resolve(lent) };
  if (turns.isTaken(threadId)) status.waiting("queued");
  return { ...joined, turn: heard(takeTurn(RED, turns, threadId, busy, origin.signal)) };
}

/** A question that was left by the last process, or by this node before a deploy. */
export async function rejoin(context: RunContext, msg: NodeMessage, left: LeftQuestion): Promise<Joined> {
  const { RED, connection, closed } = context.apiNode;
  const { turns, ...service } = await connection.lease();
  const run = await findLeftRun(service.api, left, closed);
  const notes = QuestionNotes.continued(context.book, left);
  const rounds = new Set(left.answers.map(({ round }) => round)).size;
  const lineage = firstLineage(context.limits.modelCalls, run ? 1 + rounds : 0);
  const origin: Origin = { lineage, settled: null, gone: null, signal: closed };
  const question = newQuestion(context, service, msg, lineage, notes);
  const threadId = threadOf(left);
  if (!run) {
    const asked: Asked = { ...JSON.parse(left.asked), threadId };
    const turn = threadId === null ? null : heard(takeTurn(RED, turns, threadId, "queue", closed));
    return { question, origin, notes, turn, answer: (signal) => question.ask(asked, signal) };
  }
  const point = resumePoint(run, left.answers);
  question.restore(run, point);
  // Whoever has the turn by now waits for this run to end; to wait for him would be to wait for ever.
  const turn = turns.isTaken(run.thread_id) ? null : turns.take(run.thread_id, closed);
  return { question, origin, notes, turn, answer: (signal) => question.lead(point.round, signal) };
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
  return new Question({ host, service, msg, limits, lineage, notes, isLetGo: () => isLetGo(context, msg) });
}

/** Awaited by whoever asks the question; until then nobody else hears of a refusal. */
function heard<T>(turn: Promise<T>): Promise<T> {
  turn.catch(() => {});
  return turn;
}

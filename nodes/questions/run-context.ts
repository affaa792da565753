import type { NodeMessage } from "node-red";
import type { ApiNode } from "../shared/api-node.ts";
import type { QuestionHost } from "./question.ts";
import type { QuestionLimits } from "./question-limits.ts";
import type { NoteBook, QuestionNotes } from "./question-notes.ts";
import type { RunDefinition } from "./run-fields.ts";
import { callOf } from "./sent-calls.ts";

/** What everything that a run node does works with. */
export interface RunContext {
  apiNode: ApiNode;
  definition: RunDefinition;
  limits: QuestionLimits;
  book: NoteBook;
  host: QuestionHost;
}

/** Why what is under way is given up by a node that takes it up again at its next start. */
export class LetGo extends Error {
  override readonly name = "LetGo";
}

/** Whether a question survives its node: one that answers another's tool call comes again with that call. */
export function survives({ definition }: RunContext, msg: NodeMessage): boolean {
  return definition.restart === "resume" && callOf(msg) === null;
}

/** Whether a question was let go, so that its run goes on, nobody hears of it, and the next start finds it. */
export function isLetGo(context: RunContext, msg: NodeMessage, notes: QuestionNotes): boolean {
  return context.apiNode.closed.reason instanceof LetGo && survives(context, msg) && notes.isWritten;
}

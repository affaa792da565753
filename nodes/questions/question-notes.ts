import { randomUUID } from "node:crypto";
import type { Journal } from "../journal/journal.ts";
import type { LeftQuestion, NewQuestion } from "../journal/noted-question.ts";
import type { Use } from "../shared/shared.ts";
import type { Asked } from "./begin-run.ts";
import { jsonAnswer } from "./tool-output.ts";
import type { AnsweredToolCall } from "./tool-round.ts";

/** How a node keeps notes of its questions. */
export interface NoteBook {
  journal: Use<Journal>;
  /** Told where something could not be written down: the question goes on, but no restart will find it. */
  onFailure(error: unknown): void;
}

/**
 * What is written down of one question while it is under way. Nothing here ever fails the question.
 */
export class QuestionNotes {
  readonly id: string;
  readonly #book: NoteBook;
  readonly #keepsAnswers: boolean;
  readonly #writing = new Set<Promise<void>>();
  #isWritten: boolean;

  private constructor(book: NoteBook, id: string, keepsAnswers: boolean, isWritten: boolean) {
    this.#isWritten = isWritten;
    this.id = id;
    this.#book = book;
    this.#keepsAnswers = keepsAnswers;
  }

  /** Of a question that has just come. `begin` writes it down. */
  static fresh(book: NoteBook, keepsAnswers: boolean): QuestionNotes {
    return new QuestionNotes(book, randomUUID(), keepsAnswers, false);
  }

  /** Of a question that stands in the journal already. */
  static continued(book: NoteBook, { id }: LeftQuestion): QuestionNotes {
    return new QuestionNotes(book, id, true, true);
  }

  /** Whether it stands in the journal, so that a restart finds it. */
  get isWritten(): boolean {
    return this.#isWritten;
  }

  begin(question: Omit<NewQuestion, "id" | "asked">, asked: Asked): Promise<void> {
    const noted = { ...question, id: this.id, asked: JSON.stringify(asked) };
    return this.#note(async (journal) => {
      await journal.begin(noted);
      this.#isWritten = true;
    });
  }

  thread(threadId: string): Promise<void> {
    return this.#note((journal) => journal.noteThread(this.id, threadId));
  }

  run(runId: string): Promise<void> {
    return this.#note((journal) => journal.noteRun(this.id, runId));
  }

  round(number: number): Promise<void> {
    return this.#keepsAnswers
      ? this.#note((journal) => journal.noteRound(this.id, number))
      : Promise.resolve();
  }

  async answer(round: number, { call, answer }: AnsweredToolCall, outputLimit: number): Promise<void> {
    if (!this.#keepsAnswers) return;
    const kept = jsonAnswer(call.function.name, answer, outputLimit);
    await this.#note((journal) => journal.noteAnswer(this.id, { round, call, answer: kept }));
  }

  giveUp(): Promise<void> {
    return this.#note((journal) => journal.giveUp(this.id));
  }

  end(): Promise<void> {
    return this.#note((journal) => journal.end(this.id));
  }

  /** Fulfilled when all that was noted until now is written. */
  async settled(): Promise<void> {
    await Promise.all(this.#writing);
  }

  #note(write: (journal: Journal) => Promise<void>): Promise<void> {
    const writing = this.#book.journal
      .get()
      .then(write)
      .catch((error: unknown) => this.#book.onFailure(error))
      .finally(() => this.#writing.delete(writing));
    this.#writing.add(writing);
    return writing;
  }
}

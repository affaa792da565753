/**
 * What the run nodes have under way, on the disk: after a crash or a stop the next start finds here which runs it
 * must cancel or take up. Only runs that stand here are ever touched then.
 */
import type { NodeAPI } from "node-red";
import { DatabaseAccess } from "../database/database-access.ts";
import type { Row, SqlValue, Statement } from "../database/statements.ts";
import { Shared, Use } from "../shared/shared.ts";
import { ownDirectory } from "../shared/user-directory.ts";
import { isMarked, mark, unmark } from "./marker.ts";
import { type LeftQuestion, leftQuestion, type NewQuestion, type NotedAnswer } from "./noted-question.ts";

const statement = (sql: string, ...values: SqlValue[]): Statement => ({ sql, values });

/** What a method notes is durable when its promise is fulfilled. */
export class Journal {
  readonly #directory: string;
  readonly #access: DatabaseAccess;
  #marked: Promise<void> | null = null;

  constructor(RED: NodeAPI) {
    this.#directory = ownDirectory(RED);
    this.#access = new DatabaseAccess(RED);
  }

  /** Comes before everything that is done for the question. */
  async begin({ id, node, config, cancels, message, asked }: NewQuestion): Promise<void> {
    this.#marked ??= mark(this.#directory);
    await this.#marked.catch((error: unknown) => {
      // The disk may have room again when the next one comes.
      this.#marked = null;
      throw error;
    });
    const columns = "id, node, config, cancels, message, asked";
    const values = [id, node, config, cancels ? 1 : 0, message, asked];
    await this.#do(statement(`INSERT INTO question (${columns}) VALUES (?, ?, ?, ?, ?, ?)`, ...values));
  }

  async noteThread(id: string, thread: string): Promise<void> {
    await this.#do(statement("UPDATE question SET thread = ? WHERE id = ?", thread, id));
  }

  async noteRun(id: string, run: string): Promise<void> {
    await this.#do(statement("UPDATE question SET run = ? WHERE id = ?", run, id));
  }

  /** The round's calls go out into the flow. */
  async noteRound(id: string, round: number): Promise<void> {
    await this.#do(statement("UPDATE question SET round = ? WHERE id = ?", round, id));
  }

  async noteAnswer(id: string, { round, call, answer }: NotedAnswer): Promise<void> {
    // The first answer to a call is the one that counts; of a question that has ended none does.
    const sql = `INSERT OR IGNORE INTO answer (question, round, call_id, call, answer)
      SELECT id, ?, ?, ?, ? FROM question WHERE id = ?`;
    const values = [round, call.id, JSON.stringify(call), JSON.stringify(answer), id];
    await this.#do(statement(sql, ...values));
  }

  /** The question has failed, and its run may be active all the same. */
  async giveUp(id: string): Promise<void> {
    await this.#do(statement("UPDATE question SET cancels = 1 WHERE id = ?", id));
  }

  /** The question has its answer, or its error. */
  async end(id: string): Promise<void> {
    await this.#do(statement("DELETE FROM question WHERE id = ?", id));
  }

  /** What is left of a node's questions, in the order of their coming. */
  async leftBy(node: string): Promise<LeftQuestion[]> {
    const rows = await this.#do(statement("SELECT * FROM question WHERE node = ? ORDER BY seq", node));
    const answers = statement("SELECT * FROM answer WHERE question = ? ORDER BY round", "");
    return Promise.all(
      rows.map(async (row) => {
        const values = [String(row["id"])];
        return leftQuestion(row, await this.#do({ ...answers, values }));
      }),
    );
  }

  /** The nodes that have left questions. */
  async nodes(): Promise<string[]> {
    const rows = await this.#do(statement("SELECT DISTINCT node FROM question"));
    return rows.map(({ node }) => String(node));
  }

  /** Without questions it need not be opened at the next start. Called when nobody uses it any more. */
  async close(): Promise<void> {
    try {
      const [row] = await this.#do(statement("SELECT COUNT(*) AS questions FROM question"));
      if (row?.["questions"] === 0) await unmark(this.#directory);
    } finally {
      await this.#access.release();
    }
  }

  async #do(...statements: Statement[]): Promise<Row[]> {
    return (await this.#access.database()).do(...statements);
  }
}

/** One for all nodes of a user directory. */
const journals = new Shared<Journal>();

/** A node's way to the journal; the database opens when something is noted or read. */
export function journalOf(RED: NodeAPI): Use<Journal> {
  return new Use(() => journals.acquire(ownDirectory(RED), async () => new Journal(RED)));
}

/** Whether the last process may have left questions. Opens nothing. */
export function mayHoldQuestions(RED: NodeAPI): boolean {
  return isMarked(ownDirectory(RED));
}

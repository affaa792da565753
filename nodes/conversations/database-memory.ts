import type { DatabaseAccess } from "../database/database-access.ts";
import type { ConversationMemory } from "./conversation-memory.ts";

const GET = "SELECT thread FROM conversation WHERE service = ? AND key = ?";
const SET = `INSERT INTO conversation (service, key, thread) VALUES (?, ?, ?)
  ON CONFLICT (service, key) DO UPDATE SET thread = excluded.thread`;
const DELETE = "DELETE FROM conversation WHERE service = ? AND key = ?";

/** Conversations in the nodes' own database: on the disk when a promise is fulfilled. */
export class DatabaseMemory implements ConversationMemory {
  readonly #access: DatabaseAccess;
  readonly #service: string;

  constructor(access: DatabaseAccess, service: string) {
    this.#access = access;
    this.#service = service;
  }

  async get(key: string): Promise<string | undefined> {
    const database = await this.#access.database();
    const [row] = await database.do({ sql: GET, values: [this.#service, key] });
    return row && String(row["thread"]);
  }

  async set(key: string, threadId: string): Promise<void> {
    const database = await this.#access.database();
    await database.do({ sql: SET, values: [this.#service, key, threadId] });
  }

  async delete(key: string): Promise<void> {
    const database = await this.#access.database();
    await database.do({ sql: DELETE, values: [this.#service, key] });
  }
}

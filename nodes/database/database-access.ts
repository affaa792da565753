import type { NodeAPI } from "node-red";
import { type Share, Shared } from "../shared/shared.ts";
import { ownDirectory } from "../shared/user-directory.ts";
import type { FlowDatabase } from "./flow-database.ts";

const databases = new Shared<FlowDatabase>();

/** Loads what it needs and starts the thread only now. */
async function open(directory: string): Promise<FlowDatabase> {
  const { FlowDatabase: Database } = await import("./flow-database.ts");
  return Database.open(directory);
}

/** A node's way to the nodes' database: opened at its first use, let go with the node. */
export class DatabaseAccess {
  readonly #directory: string;
  #share: Promise<Share<FlowDatabase>> | null = null;
  #released = false;

  constructor(RED: NodeAPI) {
    this.#directory = ownDirectory(RED);
  }

  /** Rejects with what keeps it from being opened, and after `release`. */
  async database(): Promise<FlowDatabase> {
    if (this.#released) throw new Error("the node is closed");
    this.#share ??= databases.acquire(this.#directory, () => open(this.#directory));
    const share = this.#share;
    try {
      return (await share).value;
    } catch (error) {
      if (this.#share === share) this.#share = null;
      throw error;
    }
  }

  async release(): Promise<void> {
    this.#released = true;
    // One that could not be opened has nothing to let go; whoever asked for it was told.
    const share = await this.#share?.catch(() => null);
    await share?.release();
  }
}

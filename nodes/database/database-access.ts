import type { NodeAPI } from "node-red";
import { Shared, Use } from "../shared/shared.ts";
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
  readonly #use: Use<FlowDatabase>;

  constructor(RED: NodeAPI) {
    const directory = ownDirectory(RED);
    this.#use = new Use(() => databases.acquire(directory, () => open(directory)));
  }

  /** Rejects with what keeps it from being opened, and after `release`. */
  database(): Promise<FlowDatabase> {
    return this.#use.get();
  }

  release(): Promise<void> {
    return this.#use.release();
  }
}

/** The life of a data directory with files and vector stores: a service that is killed again and again. */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { AssistantsApi } from "../../../src/contract/api.ts";
import { type ServiceProcess, startService } from "../../cli/service-process.ts";
import { type Choices, choicesOf } from "../choices.ts";
import { complaintsAboutDatabase } from "../database-check.ts";
import { CrashFailure } from "../story.ts";
import { workUntilKilled } from "../work-until-killed.ts";
import { complaintsAboutStores } from "./checks.ts";
import { StoreClient } from "./client.ts";
import { complaintsAboutIndex } from "./index-check.ts";
import { StoreLedger } from "./ledger.ts";

const CLIENTS = 4;

/** After how many operations of all clients the service is killed, and how long into the next, at the most. */
const KILL = { maxOperations: 80, maxIntoNextMs: 40 };

/** When a start is cut off that takes up what the last service has left. */
const MAX_IDLE_MS = 200;

/**
 * Each round starts the service, lets clients upload, add, remove and delete, kills it and looks, after another
 * start, whether everything that was acknowledged is found, and nothing that was deleted.
 * @throws CrashFailure; the directory is left then
 */
export async function playStoreStory(seed: number, rounds: number, onRound = () => {}): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "assistants-crash-stores-"));
  const choices = choicesOf(seed);
  const ledger = new StoreLedger();
  const owned = Array.from({ length: CLIENTS }, () => new Set<string>());
  let service = await startService(directory);
  for (let round = 1; round <= rounds; round += 1) {
    const failure = (complaints: readonly string[]) =>
      new CrashFailure(seed, round, directory, ["Played with --stories stores.", ...complaints]);
    try {
      await work(service, ledger, choices, owned);
      service = await startService(directory);
      while (choices.oneIn(3)) {
        await pause(choices.below(MAX_IDLE_MS));
        await service.kill();
        service = await startService(directory);
      }
      const complaints = await complaintsAboutStores(service.api, directory, ledger);
      if (choices.oneIn(4)) {
        await service.stop();
        complaints.push(...aboutDisk(directory));
        service = await startService(directory);
      }
      if (complaints.length > 0) throw failure(complaints);
      onRound();
    } catch (error) {
      await service.kill();
      if (error instanceof CrashFailure) throw error;
      throw failure([String(error instanceof Error ? error.stack : error), service.log()]);
    }
  }
  await service.stop();
  const complaints = aboutDisk(directory);
  if (complaints.length > 0) throw new CrashFailure(seed, rounds, directory, complaints);
  rmSync(directory, { recursive: true });
}

function aboutDisk(directory: string): string[] {
  const indexed = existsSync(join(directory, "search.db")) ? complaintsAboutIndex(directory) : [];
  return [...complaintsAboutDatabase(directory), ...indexed];
}

/** Clients at work until the service is killed. */
async function work(service: ServiceProcess, ledger: StoreLedger, choices: Choices, owned: Set<string>[]) {
  const workers = owned.map(
    (own) => (api: AssistantsApi) => new StoreClient(api, ledger, choices.branch(), own),
  );
  await workUntilKilled(service, choices, KILL, workers);
}

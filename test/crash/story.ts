/** The life of one data directory: a service that is killed again and again while clients work with it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { AssistantsApi } from "../../src/contract/api.ts";
import { type ServiceProcess, startService } from "../cli/service-process.ts";
import { complaintsAbout } from "./checks.ts";
import { type Choices, choicesOf } from "./choices.ts";
import { Client } from "./client.ts";
import { complaintsAboutDatabase } from "./database-check.ts";
import { leadToEnd } from "./lead-to-end.ts";
import { Ledger } from "./ledger.ts";
import { readSnapshot } from "./snapshot.ts";
import { workUntilKilled } from "./work-until-killed.ts";

const CLIENTS = 4;

/** Slow enough that kills come in the middle of answers. */
const PACE = ["--pace", "2"];

/** After how many operations of all clients the service is killed, and how long into the next, at the most. */
const KILL = { maxOperations: 80, maxIntoNextMs: 12 };

/** When a start is cut off that nobody has asked anything yet. */
const MAX_IDLE_MS = 60;

/** What went wrong, and where it can be looked at. */
export class CrashFailure extends Error {
  override readonly name = "CrashFailure";

  constructor(seed: number, round: number, directory: string, complaints: readonly string[]) {
    const again = `--rounds ${round} --seed ${seed}`;
    super([`Round ${round} failed (${again}). The data is in ${directory}.`, ...complaints].join("\n  "));
  }
}

/**
 * Each round starts the service, lets clients work, kills it and looks, after another start, whether everything is
 * there. The seed repeats what is asked and when the kill comes, not how the processes take turns.
 * @throws CrashFailure; the directory is left then
 */
export async function playStory(seed: number, rounds: number, onRound = () => {}): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "assistants-crash-"));
  const choices = choicesOf(seed);
  const ledger = new Ledger();
  const owned = Array.from({ length: CLIENTS }, () => new Set<string>());
  let service = await startService(directory, PACE);
  for (let round = 1; round <= rounds; round += 1) {
    try {
      await work(service, ledger, choices, owned);
      service = await startService(directory, PACE);
      if (choices.oneIn(8)) service = await cutOff(service, directory, choices);
      const complaints = await look(service, ledger);
      if (complaints.length > 0) throw new CrashFailure(seed, round, directory, complaints);
      onRound();
    } catch (error) {
      await service.kill();
      if (error instanceof CrashFailure) throw error;
      throw new CrashFailure(seed, round, directory, [String(error instanceof Error ? error.stack : error)]);
    }
  }
  await service.kill();
  const complaints = complaintsAboutDatabase(directory);
  if (complaints.length > 0) throw new CrashFailure(seed, rounds, directory, complaints);
  rmSync(directory, { recursive: true });
}

/** Clients at work until the service is killed; counted in operations, so that a slow machine is no easier. */
async function work(service: ServiceProcess, ledger: Ledger, choices: Choices, owned: Set<string>[]) {
  const workers = owned.map((own) => (api: AssistantsApi) => new Client(api, ledger, choices.branch(), own));
  await workUntilKilled(service, choices, KILL, workers);
}

/** A kill while the service takes up what the last one has left. */
async function cutOff(service: ServiceProcess, directory: string, choices: Choices): Promise<ServiceProcess> {
  await pause(choices.below(MAX_IDLE_MS));
  await service.kill();
  return startService(directory, PACE);
}

/** What is wrong when all runs have come to their end. */
async function look({ api }: ServiceProcess, ledger: Ledger): Promise<string[]> {
  const stuck = await leadToEnd(api, ledger);
  if (stuck.length > 0) return stuck;
  const snapshot = await readSnapshot(api, ledger);
  const complaints = complaintsAbout(snapshot, ledger);
  ledger.adopt(snapshot.assistants, snapshot.files, snapshot.threads);
  return complaints;
}

/**
 * The implementations of the API that the nodes share: those that name the same data directory use one service,
 * those of one server one client. Each is opened when first used and closed when its last user lets go.
 */

import { realpath } from "node:fs/promises";
import type { AssistantsApi } from "../../src/contract/api.ts";
import { contractError } from "../../src/contract/errors.ts";
import type { ServiceSettings } from "./service-settings.ts";
import { ThreadTurns } from "./thread-turns.ts";

export interface Implementation {
  api: AssistantsApi;
  /**
   * Has a run wait for its tool outputs until then. Only where the service is our own: any other has a limit.
   * @param until Unix seconds
   */
  waitUntil?(runId: string, until: number): Promise<void>;
  close(): Promise<void>;
}

/** What somebody has who uses an implementation. */
export interface Lease extends Pick<Implementation, "api" | "waitUntil"> {
  /** One for all who use the same. */
  turns: ThreadTurns;
  release(): Promise<void>;
}

interface Entry {
  settings: ServiceSettings;
  turns: ThreadTurns;
  implementation: Promise<Implementation>;
  users: number;
}

const entries = new Map<string, Entry>();
const closing = new Map<string, Promise<void>>();

/** The heavy modules are loaded here, when somebody asks for the first time. */
async function open(settings: ServiceSettings): Promise<Implementation> {
  if (settings.service === "embedded") {
    const { openService } = await import("../../src/service/service.ts");
    const { openModel } = await import("../../src/models/providers.ts");
    return openService({ directory: settings.directory, model: await openModel(settings.model) });
  }
  const { createClient } = await import("../../src/client/client.ts");
  const { service, ...server } = settings;
  return createClient({ dialect: service, ...server });
}

/** One directory is one service, however it is spelled. */
async function keyOf(settings: ServiceSettings): Promise<string> {
  if (settings.service !== "embedded") return JSON.stringify(settings);
  // One that is not there yet has no other name.
  const directory = await realpath(settings.directory).catch(() => settings.directory);
  return `embedded ${directory}`;
}

/** Whether two that share a key want the same of it. */
function alike(left: ServiceSettings, right: ServiceSettings): boolean {
  if (left.service !== "embedded" || right.service !== "embedded") return true;
  return JSON.stringify(left.model) === JSON.stringify(right.model);
}

/**
 * The implementation for these settings, shared with all who ask for the same.
 * Rejects with what keeps it from being opened; the next who asks tries again.
 */
export async function acquire(settings: ServiceSettings): Promise<Lease> {
  const key = await keyOf(settings);
  await closing.get(key);
  const entry = entries.get(key) ?? {
    settings,
    turns: new ThreadTurns(),
    implementation: open(settings),
    users: 0,
  };
  if (!alike(entry.settings, settings)) {
    const directory = settings.service === "embedded" ? settings.directory : "";
    throw contractError("data_directory_settings_differ", { directory });
  }
  entries.set(key, entry);
  entry.users += 1;
  try {
    const implementation = await entry.implementation;
    return { ...implementation, turns: entry.turns, release: () => release(key, entry) };
  } catch (error) {
    if (entries.get(key) === entry) entries.delete(key);
    throw error;
  }
}

async function release(key: string, entry: Entry): Promise<void> {
  entry.users -= 1;
  if (entry.users > 0) return;
  entries.delete(key);
  const closed = entry.implementation
    .then((implementation) => implementation.close())
    .finally(() => closing.delete(key));
  closing.set(key, closed);
  await closed;
}

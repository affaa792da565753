/**
 * The implementations of the API that the nodes share: those that name the same data directory use one service,
 * those of one server one client. Each is opened when first used and closed when its last user lets go.
 */

import { realpath } from "node:fs/promises";
import type { AssistantsApi } from "../../src/contract/api.ts";
import { contractError } from "../../src/contract/errors.ts";
import type { ServiceSettings } from "./service-settings.ts";
import { type Share, Shared } from "./shared.ts";
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

/** An implementation as all its users have it together. */
export interface SharedService extends Implementation {
  settings: ServiceSettings;
  /** One for all who use the same. */
  turns: ThreadTurns;
}

const services = new Shared<SharedService>();

/** The heavy modules are loaded here, when somebody asks for the first time. */
async function open(settings: ServiceSettings): Promise<Implementation> {
  if (settings.service === "embedded") {
    const { openService } = await import("../../src/service/service.ts");
    const { openModel } = await import("../../src/models/providers.ts");
    const { directory, model, retention } = settings;
    return openService({ directory, model: await openModel(model), retention });
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
  const wanted = ({ model, retention }: typeof left) => JSON.stringify([model, retention]);
  return wanted(left) === wanted(right);
}

/**
 * The implementation for these settings, shared with all who ask for the same.
 * Rejects with what keeps it from being opened; the next who asks tries again.
 */
export async function acquire(settings: ServiceSettings): Promise<Share<SharedService>> {
  const share = await services.acquire(await keyOf(settings), async () => {
    const implementation = await open(settings);
    return { ...implementation, settings, turns: new ThreadTurns() };
  });
  if (alike(share.value.settings, settings)) return share;
  await share.release();
  const directory = settings.service === "embedded" ? settings.directory : "";
  throw contractError("data_directory_settings_differ", { directory });
}

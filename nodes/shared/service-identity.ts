import { realpath } from "node:fs/promises";
import { isAbsolute, relative, sep } from "node:path";
import type { NodeAPI } from "node-red";
import type { ServiceSettings } from "./service-settings.ts";
import { userDirectory } from "./user-directory.ts";

/**
 * What a service is called where its threads are remembered: its address, and the environment that its config node
 * names. So a flow that is imported anew goes on with its conversations, and config nodes that name the same service
 * share them. No key is part of it: keys are secret, and change while the threads stay. Two accounts on one server
 * are kept apart by their config nodes' environments.
 */
export async function serviceIdentity(
  RED: NodeAPI,
  settings: ServiceSettings,
  environment: string,
): Promise<string> {
  const address =
    settings.service === "embedded"
      ? await directoryName(RED, settings.directory)
      : serverName(settings.service, settings.baseUrl);
  return JSON.stringify([address, environment]);
}

/** A directory inside the user directory is named from there, so that both can be moved together. */
async function directoryName(RED: NodeAPI, directory: string): Promise<string> {
  // One directory is one service, however it is spelled.
  const whole = await realpath(directory).catch(() => directory);
  const home = await realpath(userDirectory(RED)).catch(() => userDirectory(RED));
  const inside = relative(home, whole);
  const isOutside = inside === ".." || inside.startsWith(`..${sep}`) || isAbsolute(inside);
  return isOutside ? whole : `./${inside.split(sep).join("/")}`;
}

/** The same server may be written with or without what its dialect adds. */
function serverName(dialect: "openai" | "azure", baseUrl: string): string {
  const { origin, pathname } = new URL(baseUrl);
  const path = pathname.replace(/\/+$/, "");
  return origin + (dialect === "azure" ? path.replace(/\/openai$/, "") : path);
}

import { join } from "node:path";
import type { NodeAPI } from "node-red";

/** The directory in Node-RED's user directory that holds what is ours, unless somebody names another. */
const DIRECTORY = "assistants";

/** Node-RED's user directory. */
export function userDirectory(RED: NodeAPI): string {
  const { userDir } = RED.settings;
  return typeof userDir === "string" ? userDir : process.cwd();
}

/** Where the built-in service and the nodes keep what they remember. */
export function ownDirectory(RED: NodeAPI): string {
  return join(userDirectory(RED), DIRECTORY);
}

import { contractError } from "./contract/errors.ts";

/** The oldest Node.js with everything that the embedded service and the client need. */
export const NEEDED_NODE = "22.19.0";

/**
 * Says in one sentence that this Node.js is too old, before anything else fails in many.
 * @throws ContractError `node_too_old`
 */
export function requireNode(found = process.versions.node): void {
  const [major = 0, minor = 0] = found.split(".").map(Number);
  const [neededMajor = 0, neededMinor = 0] = NEEDED_NODE.split(".").map(Number);
  if (major > neededMajor || (major === neededMajor && minor >= neededMinor)) return;
  throw contractError("node_too_old", { needed: NEEDED_NODE, found });
}
